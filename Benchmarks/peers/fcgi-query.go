// A worker as a Go developer would write it with net/http/fcgi and aws-sdk-go: a key's digest is compared, a user's records
// are asked of DynamoDB, each item becomes a map, and the maps JSON. Without audit-query's cache, policies, cursors and
// validation, so it does less.
package main

import (
	"crypto/sha256"
	"crypto/subtle"
	"encoding/json"
	"log"
	"net"
	"net/http"
	"net/http/fcgi"
	"os"
	"strconv"
	"strings"
	"time"

	"github.com/aws/aws-sdk-go/aws"
	"github.com/aws/aws-sdk-go/aws/session"
	"github.com/aws/aws-sdk-go/service/dynamodb"
	"github.com/aws/aws-sdk-go/service/dynamodb/dynamodbattribute"
)

type worker struct {
	table     *dynamodb.DynamoDB
	keyDigest [sha256.Size]byte
}

type page struct {
	Records []map[string]interface{} `json:"records"`
	Count   int                      `json:"count"`
	HasMore bool                     `json:"hasMore"`
}

func (w *worker) ServeHTTP(out http.ResponseWriter, request *http.Request) {
	digest := sha256.Sum256([]byte(request.Header.Get("X-Api-Key")))
	if subtle.ConstantTimeCompare(digest[:], w.keyDigest[:]) != 1 {
		http.Error(out, "unknown key", http.StatusUnauthorized)
		return
	}
	query := request.URL.Query()
	limit, err := strconv.ParseInt(query.Get("limit"), 10, 64)
	start, startErr := time.Parse(time.RFC3339Nano, query.Get("startDate"))
	if err != nil || startErr != nil || query.Get("userId") == "" {
		http.Error(out, "userId, startDate and limit are needed", http.StatusBadRequest)
		return
	}
	items, err := w.items(query.Get("userId"), start, limit)
	if err != nil {
		http.Error(out, err.Error(), http.StatusBadGateway)
		return
	}
	body, err := body(items, limit)
	if err != nil {
		http.Error(out, err.Error(), http.StatusInternalServerError)
		return
	}
	out.Header().Set("Content-Type", "application/json")
	out.Header().Set("Content-Length", strconv.Itoa(len(body)))
	out.Write(body)
}

func (w *worker) items(user string, start time.Time, limit int64) ([]map[string]*dynamodb.AttributeValue, error) {
	answer, err := w.table.Query(&dynamodb.QueryInput{
		TableName:              aws.String("audit-records"),
		IndexName:              aws.String("GSI1"),
		KeyConditionExpression: aws.String("GS1_PK = :p AND GS1_SK >= :l"),
		ExpressionAttributeValues: map[string]*dynamodb.AttributeValue{
			":p": {S: aws.String("#" + user)},
			":l": {S: aws.String(start.UTC().Format("2006-01-02T15:04:05.000000000"))},
		},
		ReturnConsumedCapacity: aws.String("TOTAL"),
		Limit:                  aws.Int64(limit + 1),
	})
	if err != nil {
		return nil, err
	}
	return answer.Items, nil
}

// The attributes beside what the table's keys say.
func body(items []map[string]*dynamodb.AttributeValue, limit int64) ([]byte, error) {
	hasMore := int64(len(items)) > limit
	if hasMore {
		items = items[:limit]
	}
	records := make([]map[string]interface{}, 0, len(items))
	decoder := dynamodbattribute.NewDecoder(func(d *dynamodbattribute.Decoder) { d.UseNumber = true })
	for _, item := range items {
		var fields map[string]interface{}
		if err := decoder.Decode(&dynamodb.AttributeValue{M: item}, &fields); err != nil {
			return nil, err
		}
		records = append(records, record(fields))
	}
	return json.Marshal(page{Records: records, Count: len(records), HasMore: hasMore})
}

func record(fields map[string]interface{}) map[string]interface{} {
	text := func(name string) string {
		value, _ := fields[name].(string)
		delete(fields, name)
		return value
	}
	day, sort := text("PK"), strings.SplitN(text("SK"), "#", 2)
	found := map[string]interface{}{
		"systemId":   day[:strings.LastIndexByte(day, '#')],
		"timestamp":  sort[0],
		"auditId":    sort[len(sort)-1],
		"userId":     strings.TrimPrefix(text("GS1_PK"), "#"),
		"resourceId": strings.TrimPrefix(text("GSI2_PK"), "#"),
	}
	text("GS1_SK")
	text("GSI2_SK")
	found["attributes"] = fields
	return found
}

func main() {
	if len(os.Args) != 4 {
		log.Fatal("usage: fcgi-query SOCKET ENDPOINT API-KEY")
	}
	// Of itself the SDK keeps two idle connections, and would connect anew all the time.
	transport := http.DefaultTransport.(*http.Transport).Clone()
	transport.MaxIdleConns, transport.MaxIdleConnsPerHost = 1000, 1000
	config := aws.Config{
		Region: aws.String("eu-west-1"), Endpoint: aws.String(os.Args[2]), HTTPClient: &http.Client{Transport: transport},
	}
	listener, err := net.Listen("unix", os.Args[1])
	if err != nil {
		log.Fatal(err)
	}
	handler := &worker{dynamodb.New(session.Must(session.NewSession(&config))), sha256.Sum256([]byte(os.Args[3]))}
	log.Fatal(fcgi.Serve(listener, handler))
}
