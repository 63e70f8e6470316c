<?php
// A cache hit as a PHP developer would have it: the key's digest is compared, the answer is looked up in APCu under the
// query and sent. The first time it comes from a file: a header block and a body.
if (!hash_equals(getenv('KEY_DIGEST'), hash('sha256', $_SERVER['HTTP_X_API_KEY'] ?? ''))) {
    http_response_code(401);
    exit;
}
$answer = apcu_fetch($_SERVER['QUERY_STRING']);
if ($answer === false) {
    [$head, $body] = explode("\r\n\r\n", file_get_contents(getenv('ANSWER_FILE')), 2);
    $answer = [explode("\r\n", $head), $body];
    apcu_store($_SERVER['QUERY_STRING'], $answer);
}
foreach ($answer[0] as $line) {
    header($line);
}
echo $answer[1];
