"""DynamoDB: the client, and the calls that the client may be too old for."""
import functools
import json
import os

import boto3
from botocore.auth import SigV4Auth
from botocore.awsrequest import AWSRequest
from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError, NoRegionError
from botocore.httpsession import URLLib3Session

from .console import Failure


def connect(connections=10):
    region = os.environ.get("AWS_REGION") or os.environ.get("AWS_DEFAULT_REGION") or boto3.Session().region_name
    if not region:
        raise NoRegionError()
    # boto3 reads these by itself since 1.28; Debian 12 has 1.26.
    endpoint = os.environ.get("AWS_ENDPOINT_URL_DYNAMODB") or os.environ.get("AWS_ENDPOINT_URL") or None
    retries = {"mode": "standard", "max_attempts": 8}
    return boto3.client("dynamodb", region_name=region, endpoint_url=endpoint,
                        config=Config(retries=retries, max_pool_connections=connections))


def post(client, operation, **parameters):
    """A call as it goes over the wire: deletion protection and resource policies are younger than Debian 12's boto3."""
    headers = {"Content-Type": "application/x-amz-json-1.0", "X-Amz-Target": f"DynamoDB_20120810.{operation}"}
    request = AWSRequest("POST", client.meta.endpoint_url + "/", headers, json.dumps(parameters).encode())
    SigV4Auth(boto3.Session().get_credentials().get_frozen_credentials(), "dynamodb", client.meta.region_name).add_auth(request)
    answer = URLLib3Session(timeout=60).send(request.prepare())
    try:
        body = json.loads(answer.content or b"{}")
    except ValueError:
        raise Failure(f"{operation}: HTTP {answer.status_code} without JSON from {client.meta.endpoint_url}") from None
    if answer.status_code == 200:
        return body
    code = body.get("__type", str(answer.status_code)).split(":")[0].rpartition("#")[2]
    raise ClientError({"Error": {"Code": code, "Message": body.get("message") or body.get("Message", "")}}, operation)


def code(error):
    return error.response["Error"]["Code"]


def answered(command):
    """Makes of what AWS or the client says a failure that tells what to do."""
    @functools.wraps(command)
    def run(options, console):
        try:
            return command(options, console)
        except ClientError as error:
            status = 77 if code(error) in ("AccessDeniedException", "UnrecognizedClientException") else 69
            raise Failure(f"{error.operation_name}: {code(error)}: {error.response['Error'].get('Message', '')}", status) from error
        except BotoCoreError as error:
            raise Failure(f"{error} (is AWS_REGION set, and are there credentials?)") from error
    return run
