#!/usr/bin/env bash
# aws-log-parser 3.0.2: CloudFront logs a request's query as it was sent (AWS, "Standard logging reference": cs-uri-query). The parser keeps a
# dictionary of it and not the text, and a parameter without a value is not in it: "acl&versionId=7" reads as a plain version's.
set -euo pipefail

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
python3 -m venv "$work/venv"
"$work/venv/bin/pip" install --quiet --disable-pip-version-check aws-log-parser==3.0.2
"$work/venv/bin/python" - <<'END'
from aws_log_parser import AwsLogParser, LogType


def query(text):
    line = "\t".join(f"""2024-01-31 10:00:00 LAX1 392 192.0.2.100 GET d111111abcdef8.cloudfront.net /a 200 - curl/8.5 {text} - Hit
        SOX4xwn4XV6Q4rgb7XiVGOHms_BGlTAC4KyHmureZmBNrjGdRLiNIQ== example.org https 23 0.001 - TLSv1.2 ECDHE-RSA-AES128-GCM-SHA256
        Hit HTTP/2.0 - - 11040 0.001 Hit text/html 78 - -""".split())
    (entry,) = AwsLogParser(log_type=LogType.CloudFront).parse([line])
    return entry.uri_query


read = [query(text) for text in ("versionId=7", "acl&versionId=7", "user=&versionId=7")]
print(read)
assert read == [{"versionId": ["7"]}] * 3
END
