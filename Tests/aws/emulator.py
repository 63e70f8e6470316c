"""moto's server, taught what moto leaves out and these tests are about.

moto checks signatures and knows roles, but of a policy it reads the actions only: no resources, no conditions, no
policies of tables, and no permission that one call needs besides its own. Here every call to DynamoDB, Systems Manager
and CloudWatch needs what `needs.py` says, decided by `policy.py`. Calls signed with the access key "admin" are not checked.
moto's restore to a point in time copies the table as it is now; here `point_in_time.py` goes back. moto has no replicas, and its
CloudFormation takes everything: here are `global_tables.py` and `cloudformation.py`.

What these add is AWS's documentation as we read it, not AWS: what stands in no document, they cannot show.
"""
import argparse
import contextvars
import json
import re

import cloudformation
import global_tables
import needs
import point_in_time
import policy
from moto import settings
from moto.core.authorization import ActionAuthenticatorMixin
from moto.core.exceptions import AccessDeniedError, InvalidClientTokenIdError, SignatureDoesNotMatchError
from moto.dynamodb.models import dynamodb_backends
from moto.iam.access_control import IAMPolicy, IAMRequest
from moto.moto_server.threaded_moto_server import ThreadedMotoServer
from werkzeug.exceptions import HTTPException

ADMINISTRATOR = "admin"
# What a request says of itself for conditions, since it comes neither over TLS nor through an endpoint.
CONTEXT_HEADERS = {"aws:SecureTransport": "X-Emulated-Secure-Transport", "aws:SourceVpce": "X-Emulated-Source-Vpce"}

# CloudWatch is spoken to in three formats, compressed or not: a request's parameters are as moto has read them.
parameters = contextvars.ContextVar("parameters")

# As DynamoDB and Systems Manager name what moto answers in IAM's own form.
ERRORS = {AccessDeniedError: "AccessDeniedException", InvalidClientTokenIdError: "UnrecognizedClientException",
          SignatureDoesNotMatchError: "InvalidSignatureException"}


class JSONError(HTTPException):
    code = 400

    def __init__(self, name, message):
        super().__init__(json.dumps({"__type": f"com.amazon.coral.service#{name}", "Message": message}))


def install():
    settings.INITIAL_NO_AUTH_ACTION_COUNT = 0
    original = ActionAuthenticatorMixin._authenticate_and_authorize_normal_action

    def authorize(handler, resource="*"):
        if f"Credential={ADMINISTRATOR}/" in handler.headers.get("Authorization", ""):
            return
        parameters.set(getattr(handler, "params", None))
        try:
            original(handler, resource)
        except tuple(ERRORS) as error:
            if "X-Amz-Target" not in handler.headers:
                raise
            raise JSONError(ERRORS[type(error)], re.search("<Message>(.*)</Message>", str(error.description))[1]) from error

    ActionAuthenticatorMixin._authenticate_and_authorize_normal_action = authorize
    moto_check = IAMRequest.check_action_permitted

    def check(request, resource):
        if request._service not in ("dynamodb", "ssm", "monitoring"):
            return moto_check(request, resource)
        principal = request.backend.get_role(request._access_key._owner_role_name).arn
        documents = [IAMPolicy(each)._policy_json for each in request._access_key.collect_policies()]
        body = parameters.get() if request._service == "monitoring" else json.loads(request._body or b"{}")
        operation = request._action.partition(":")[2]
        for need in needs.of(request._service, operation, body, request._region, request.account_id):
            context = {"aws:RequestedRegion": request._region, "aws:PrincipalArn": principal,
                       "aws:PrincipalAccount": request.account_id, "aws:SecureTransport": "true",
                       "aws:ViaAWSService": "false", **need.context}
            context |= {key: request._headers[name] for key, name in CONTEXT_HEADERS.items() if name in request._headers}
            of_table = table_policy(need, request.account_id, request._region)
            if policy.decision(documents, need.action, need.resource, context) != "Allow" or (
                policy.decision(of_table, need.action, need.resource, context) == "Deny"
            ):
                raise AccessDeniedError(user_arn=request._access_key.arn, action=need.action)

    IAMRequest.check_action_permitted = check
    point_in_time.install()
    global_tables.install()
    cloudformation.install()


def table_policy(need, account, region):
    found = dynamodb_backends[account][region].resource_policies.get("/".join(need.resource.split("/")[:2]))
    return [json.loads(found.policy_doc)] if found else []


def start(port=0, address="127.0.0.1"):
    install()
    server = ThreadedMotoServer(address, port, verbose=False)
    server.start()
    return server


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description="Serves AWS's APIs on the loopback address, with permissions checked.")
    parser.add_argument("--port", type=int, default=0, help="0, the default, takes a free one")
    server = start(parser.parse_args().port)
    print("http://{}:{}".format(*server.get_host_and_port()), flush=True)
    server._thread.join()
