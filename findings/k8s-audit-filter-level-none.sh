#!/usr/bin/env bash
# k8s-audit-filter 0.5.0: a rule of an audit policy with level None leaves out what it matches, and the first rule that matches decides
# (Kubernetes, "Auditing", Audit policy). Read from a policy's file, such a rule leaves out nothing: None is no null in YAML. Written
# as null it leaves out too much: a request that matches one of the rule's fields instead of all of them.
set -euo pipefail

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
python3 -m venv "$work/venv"
"$work/venv/bin/pip" install --quiet --disable-pip-version-check k8s-audit-filter==0.5.0 pyyaml==6.0.3
cd "$work"
venv/bin/python - <<'END'
from k8s_audit_filter import AuditFilter

policy = """apiVersion: audit.k8s.io/v1
kind: Policy
rules:
- {level: None, users: ["system:kube-proxy"], verbs: [watch]}
"""


def kept(rules, user, verb):
    with open("policy.yaml", "w") as file:
        file.write(rules)
    return AuditFilter("policy.yaml").filter({"level": "Metadata", "verb": verb, "user": {"username": user, "groups": []}})


noise = kept(policy + "- level: Metadata\n", "system:kube-proxy", "watch")
deleted = [kept(policy.replace("None", "null"), user, "delete") for user in ("system:kube-proxy", "ann")]
print("what the policy leaves out is kept:", noise, "; a deletion that no rule matches is kept:", deleted)
assert noise is True and deleted == [False, True]
END
