"""Prints as JSON the sum and the sample count of each metric of a namespace, as CloudWatch has it.

usage: metric_sums.py ENDPOINT NAMESPACE START NAME=VALUE...

START is in seconds since 1970; each NAME=VALUE is a dimension. Only metrics with exactly these dimensions are asked for.
"""
import datetime
import json
import sys

import boto3

endpoint, namespace, start, *dimensions = sys.argv[1:]
wanted = [dict(zip(("Name", "Value"), each.split("=", 1))) for each in dimensions]
client = boto3.client(
    "cloudwatch",
    endpoint_url=endpoint,
    region_name="eu-west-1",
    aws_access_key_id="AKIDEXAMPLE",
    aws_secret_access_key="secret",
)
begin = datetime.datetime.fromtimestamp(int(start), datetime.timezone.utc)
names = {
    metric["MetricName"]
    for page in client.get_paginator("list_metrics").paginate(Namespace=namespace)
    for metric in page["Metrics"]
    if sorted(metric["Dimensions"], key=str) == sorted(wanted, key=str)
}
sums = {}
for name in sorted(names):
    points = client.get_metric_statistics(
        Namespace=namespace,
        MetricName=name,
        Dimensions=wanted,
        StartTime=begin,
        EndTime=begin + datetime.timedelta(hours=1),
        Period=60,
        Statistics=["Sum", "SampleCount"],
    )["Datapoints"]
    sums[name] = {which: sum(point[which] for point in points) for which in ("Sum", "SampleCount")}
print(json.dumps(sums))
