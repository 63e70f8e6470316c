"""Changes one value in audit-query's configuration file, and nothing else in it."""
import os
import re
import shutil
import tempfile

import yaml

from .console import Failure

KEY = ("store", "dynamodb", "table")
RESTART = ("systemctl list-units --state=active --plain --no-legend 'audit-query@*.service' |\n"
           "    while read -r unit _; do sudo systemctl restart \"$unit\" </dev/null || break; done")


def switch(options, console):
    path = os.path.realpath(options.config)
    previous = path + ".before-switch"
    text = read(path)
    begin, end = place_of_table(text, path)
    current = yaml.safe_load(text[begin:end])
    if options.back:
        old = read(previous, f"{previous} is not there: this file was never switched, or is switched by hand")
        wanted = yaml.safe_load(old[slice(*place_of_table(old, previous))])
    else:
        wanted = options.table
    if not isinstance(wanted, str) or not re.fullmatch(r"[a-zA-Z0-9_.-]{3,255}", wanted):
        raise Failure(f"{wanted} is no table's name: 3 to 255 letters, digits, _, - and .", 64)

    changed = wanted != current
    if changed:
        if not options.back:
            replace(previous, text, like=path)
        replace(path, text[:begin] + quoted(wanted) + text[end:], like=path)
    if os.environ.get("AUDIT_QUERY_STORE_DYNAMODB_TABLE"):
        console.note("Note: AUDIT_QUERY_STORE_DYNAMODB_TABLE is set here; where it is set for workers, it overrides the file")
    said = f"{path}: store.dynamodb.table is now {wanted}, was {current}" if changed else f"{path}: store.dynamodb.table is {wanted} already"
    console.result([said, "Each worker takes it when it starts; one after the other:", RESTART],
                   {"file": path, "table": wanted, "was": current, "changed": changed, "restart": RESTART})
    return 0


def place_of_table(text, path):
    """Where the value of store.dynamodb.table stands in the text."""
    try:
        node = yaml.compose(text, Loader=yaml.SafeLoader)
    except yaml.YAMLError as error:
        raise Failure(f"{path} is no YAML: {' '.join(str(error).split())}", 78) from None
    for depth, name in enumerate(KEY):
        pairs = node.value if isinstance(node, yaml.MappingNode) else []
        found = [pair for pair in pairs if pair[0].value == name]
        if len(found) != 1:
            where = ".".join(KEY[:depth + 1])
            raise Failure(f"{path} has {'no' if not found else 'more than one'} {where}: write store.dynamodb.table into it once, then switch", 78)
        key, node = found[0]
    # An alias would lead to where its anchor stands.
    if not isinstance(node, yaml.ScalarNode) or node.start_mark.index < key.end_mark.index:
        raise Failure(f"{path}: store.dynamodb.table must be the table's name itself", 78)
    value = text[node.start_mark.index:node.end_mark.index]
    if node.style in ("|", ">") or value.startswith(("&", "!")):
        raise Failure(f"{path}: store.dynamodb.table must be a plain or quoted name on its line", 78)
    return node.start_mark.index, node.end_mark.index


def quoted(name):
    """The name as YAML reads it back as a text: 1e5 and 2026-01-31 are names too."""
    return name if name[0].isalpha() and yaml.safe_load(name) == name else f'"{name}"'


def read(path, missing=None):
    try:
        with open(path, encoding="utf-8", newline="") as file:
            return file.read()
    except FileNotFoundError:
        raise Failure(missing or f"there is no file {path}", 78) from None
    except PermissionError:
        raise Failure(f"{path} may not be read: run this as its owner or as root", 77) from None
    except UnicodeDecodeError:
        raise Failure(f"{path} is not UTF-8", 78) from None


def replace(path, text, like):
    """Puts a file in place in one step, with the mode and owner of another."""
    temporary = None
    try:
        descriptor, temporary = tempfile.mkstemp(dir=os.path.dirname(path), prefix=".audit-query-switch-")
        with open(descriptor, "w", encoding="utf-8", newline="") as file:
            file.write(text)
            shutil.copymode(like, temporary)
            owner = os.stat(like)
            if (owner.st_uid, owner.st_gid) != (os.geteuid(), os.getegid()):
                os.chown(temporary, owner.st_uid, owner.st_gid)
            file.flush()
            os.fsync(file.fileno())
        os.replace(temporary, path)
        folder = os.open(os.path.dirname(path), os.O_RDONLY)
        os.fsync(folder)
        os.close(folder)
    except OSError as error:
        if temporary and os.path.exists(temporary):
            os.unlink(temporary)
        raise Failure(f"{path} cannot be replaced: {error.strerror}: run this as its owner or as root", 77) from None
