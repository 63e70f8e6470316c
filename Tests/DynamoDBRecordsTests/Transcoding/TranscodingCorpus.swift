/// Answers to a Query to mutate: as an emulator writes them, as DynamoDB writes them, and the corners of the format.
enum TranscodingCorpus {
    static let pages = [
        #"{"Items": [], "Count": 0, "ScannedCount": 0}"#,
        #"""
        {"Items": [{"PK": {"S": "sys#\u00e9#2024-01-31"}, "SK": {"S": "2024-01-31T10:00:00.5Z#a0"}, "GS1_PK": \#
        {"S": "#u@x"}, "GS1_SK": {"S": "2024-01-31T10:00:00.5Z#a0"}, "GSI2_PK": {"S": "#r/\"1\"\\"}, "GSI2_SK": \#
        {"S": "2024-01-31T10:00:00.5Z#a0"}, "n": {"N": "12345678901234567890123456789012345678"}, "b": \#
        {"B": "AP8="}, "t": {"BOOL": true}, "z": {"NULL": true}, "m": {"M": {"k": {"L": \#
        [{"S": "\ud83d\ude00\n"}, {"N": "-1.5"}, {"M": {}}, {"L": []}]}}}, "ss": {"SS": ["a", "b"]}, "ns": \#
        {"NS": ["1", "2.5"]}, "bs": {"BS": ["YQ==", "Yg=="]}, "e": {"S": ""}}], "Count": 1, "ScannedCount": 1, \#
        "LastEvaluatedKey": {"PK": {"S": "sys#\u00e9#2024-01-31"}, "SK": {"S": "2024-01-31T10:00:00.5Z#a0"}, \#
        "GS1_PK": {"S": "#u@x"}, "GS1_SK": {"S": "2024-01-31T10:00:00.5Z#a0"}}, "ConsumedCapacity": \#
        {"TableName": "audit-records", "CapacityUnits": 1.0}}
        """#,
        #"{"Count":1,"Items":[{"PK":{"S":"a#2024-01-31"},"SK":{"S":"2024-01-31T10:00:00Z#1"}}],"ScannedCount":1}"#,
        ##"{"Items":[{"SK":{"S":"2024-01-31T10:00:00Z#1#2"},"x":{"N":"-0.0e-0"},"PK":{"S":"a##2024-01-31"}}]}"##,
        #"{"Items":[{"PK":{"S":"a#2024-01-31"},"SK":{"S":"2024-01-31T10:00:00+00:00##"},"é":{"L":[{"SS":[]}]}}]}"#,
        #"{"It\u0065ms":[{"\u0050K":{"\u0053":"a#2024-01-31"},"SK":{"S":"2024-01-31T10:00:00Z#1"}}]}"#,
        #"{"ResponseMetadata":{"a":[1,{"b":[null,true,false,-1.5e+3,"\ud83d\ude00"]}]},"Items":[]}"#,
        #"{"ConsumedCapacity":null,"LastEvaluatedKey":null,"Items":[],"ScannedCount":7}"#,
    ]
}
