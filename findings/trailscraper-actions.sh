#!/usr/bin/env bash
# trailscraper 0.10.0: a policy made from CloudTrail names actions that AWS does not have, so what was seen is not allowed. Digits at the end
# of an event's name are cut though the action has them (rds:RestoreDBClusterFromS3), and PutBucketReplication, which needs
# s3:PutReplicationConfiguration (AWS, "Service Authorization Reference"), becomes s3:DeleteReplicationConfiguration.
set -euo pipefail

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
python3 -m venv "$work/venv"
"$work/venv/bin/pip" install --quiet --disable-pip-version-check trailscraper==0.10.0
"$work/venv/bin/python" - <<'END'
import pathlib

import trailscraper
from trailscraper.cloudtrail import parse_records
from trailscraper.policy_generator import generate_policy


def allowed(source, name):
    record = {"eventSource": source, "eventName": name, "eventTime": "2024-01-31T10:00:00Z", "userIdentity": {"type": "IAMUser"}}
    return generate_policy(parse_records([record])).Statement[0].Action[0].json_repr()


known = (pathlib.Path(trailscraper.__file__).parent / "known-iam-actions.txt").read_text().split()
restore = allowed("rds.amazonaws.com", "RestoreDBClusterFromS3")
replicate = allowed("s3.amazonaws.com", "PutBucketReplication")
print(restore, replicate)
assert (restore, replicate) == ("rds:RestoreDBClusterFromS", "s3:DeleteReplicationConfiguration")
assert restore not in known and replicate not in known
assert "rds:RestoreDBClusterFromS3" in known and "s3:PutReplicationConfiguration" in known
END
