// The least that a Go program can do with net/http/fcgi: sends the bytes of one file, header block and body, whatever is
// asked, and looks at no key.
package main

import (
	"bytes"
	"log"
	"net"
	"net/http"
	"net/http/fcgi"
	"os"
	"strings"
)

func main() {
	if len(os.Args) != 3 {
		log.Fatal("usage: fcgi-bytes SOCKET ANSWER-FILE")
	}
	answer, err := os.ReadFile(os.Args[2])
	if err != nil {
		log.Fatal(err)
	}
	head, body, _ := bytes.Cut(answer, []byte("\r\n\r\n"))
	header := http.Header{}
	for _, line := range strings.Split(string(head), "\r\n") {
		if name, value, _ := strings.Cut(line, ": "); name != "Status" {
			header.Add(name, value)
		}
	}
	listener, err := net.Listen("unix", os.Args[1])
	if err != nil {
		log.Fatal(err)
	}
	log.Fatal(fcgi.Serve(listener, http.HandlerFunc(func(out http.ResponseWriter, request *http.Request) {
		for name, values := range header {
			out.Header()[name] = values
		}
		out.Write(body)
	})))
}
