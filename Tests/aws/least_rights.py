"""Makes a user and a role that may do what a worker does, and then has moto check every signature and policy.

usage: least_rights.py ENDPOINT

Prints a JSON object: the user's access key, and the role's ARN, which the user may assume. Prints `denied`, too: the key of a user
who may do nothing, and `loader`, who may do what a load does.
"""
import json
import sys
import urllib.request

import boto3

REGION = "eu-west-1"


def policy(*statements):
    return json.dumps({"Version": "2012-10-17", "Statement": [
        {"Effect": "Allow", "Action": actions, "Resource": resources} for actions, resources in statements]})


def main():
    endpoint, = sys.argv[1:]
    iam = boto3.client("iam", endpoint_url=endpoint, region_name=REGION,
                       aws_access_key_id="AKIDEXAMPLE", aws_secret_access_key="secret")
    # moto by itself knows no resources of DynamoDB's: test_access.py has those, on an emulator that was taught them.
    worker = [(["dynamodb:Query", "dynamodb:BatchGetItem", "dynamodb:DescribeTable", "dynamodb:DescribeStream",
                "dynamodb:GetShardIterator", "dynamodb:GetRecords"], "*")]
    made = {}
    loader = [(["dynamodb:BatchGetItem", "dynamodb:BatchWriteItem"], "*")]
    for user, statements in (("worker", worker + [(["sts:AssumeRole"], "*")]), ("loader", loader), ("denied", [(["s3:GetObject"], "*")])):
        iam.create_user(UserName=user)
        iam.put_user_policy(UserName=user, PolicyName="rights", PolicyDocument=policy(*statements))
        key = iam.create_access_key(UserName=user)["AccessKey"]
        made[user] = {"id": key["AccessKeyId"], "secret": key["SecretAccessKey"]}
    trust = json.dumps({"Version": "2012-10-17", "Statement": [
        {"Effect": "Allow", "Principal": {"AWS": "*"}, "Action": "sts:AssumeRole"}]})
    made["role"] = iam.create_role(RoleName="worker", AssumeRolePolicyDocument=trust)["Role"]["Arn"]
    iam.put_role_policy(RoleName="worker", PolicyName="rights", PolicyDocument=policy(*worker))
    # As a form, which is urllib's default, the body would not be seen.
    check_all = urllib.request.Request(f"{endpoint}/moto-api/reset-auth", data=b"0", method="POST",
                                       headers={"Content-Type": "text/plain"})
    urllib.request.urlopen(check_all).read()
    print(json.dumps(made))


main()
