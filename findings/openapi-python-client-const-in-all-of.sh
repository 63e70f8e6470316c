#!/usr/bin/env bash
# openapi-python-client 0.29.1: a schema that narrows another by allOf, with a const in place of the other's "type: string", is
# valid (JSON Schema 2020-12, 6.1.3 and 10.2.1.1) and is dropped with a warning, as is whatever refers to it; the exit status is 0.
set -euo pipefail

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
python3 -m venv "$work/venv"
"$work/venv/bin/pip" install --quiet --disable-pip-version-check openapi-python-client==0.29.1
cat >"$work/openapi.yaml" <<'END'
openapi: 3.1.0
info: { title: Things, version: '1' }
paths:
  /thing:
    get:
      operationId: getThing
      responses:
        '200': { description: A thing., content: { application/json: { schema: { $ref: '#/components/schemas/RedThing' } } } }
components:
  schemas:
    Thing: { type: object, properties: { colour: { type: string } } }
    RedThing:
      allOf:
        - $ref: '#/components/schemas/Thing'
        - { type: object, properties: { colour: { const: red } } }
END
status=0
PATH=$work/venv/bin:$PATH openapi-python-client generate --path "$work/openapi.yaml" --meta none --output-path "$work/client" \
    >"$work/printed" 2>&1 || status=$?
cat "$work/printed"
echo "exit status $status; models: $(cd "$work/client/models" && echo *.py)"
[[ $status == 0 && -e $work/client/models/thing.py && ! -e $work/client/models/red_thing.py ]]
