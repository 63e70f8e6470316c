#!/usr/bin/env bash
# awscli 1.45.11: `describe-table --generate-cli-skeleton output`, which prints a sample answer and asks nobody, ends with an error:
# the sample does not pass the client's own validation.
set -euo pipefail

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
python3 -m venv "$work/venv"
"$work/venv/bin/pip" install --quiet --disable-pip-version-check awscli==1.45.11
status=0
AWS_EC2_METADATA_DISABLED=true AWS_CONFIG_FILE=/dev/null AWS_SHARED_CREDENTIALS_FILE=/dev/null \
    "$work/venv/bin/aws" dynamodb describe-table --table-name records --region eu-west-1 --generate-cli-skeleton output \
    >"$work/printed" 2>&1 || status=$?
cat "$work/printed"
echo "exit status $status"
[[ $status != 0 ]] && grep -q 'Parameter validation failed\|validation' "$work/printed"
