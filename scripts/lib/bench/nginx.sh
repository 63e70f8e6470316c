# shellcheck shell=bash
# The nginx that the parts of scripts/bench have in front of workers and peers.
# shellcheck disable=SC2034,SC2154 # scripts/bench sets what is used here, and the parts use what is set here

# Starts an nginx with nothing in it but the way from ports to sockets: pairs of them. In place of a socket, a directory
# whose files nginx sends itself; a socket named php.sock is php-fpm's, which has to be told the script.
plain_nginx() {
    local name=$1 number=0
    shift
    {
        cat <<CONF
user $(id -un); daemon off; worker_processes 1; pid $work/$name.pid; error_log $work/log error;
events { worker_connections 4096; }
http {
    access_log off; keepalive_requests 10000000;
    client_body_temp_path $work/t1; fastcgi_temp_path $work/t2; proxy_temp_path $work/t3;
    uwsgi_temp_path $work/t4; scgi_temp_path $work/t5;
    fastcgi_buffer_size 16k; fastcgi_buffers 64 32k; fastcgi_busy_buffers_size 256k;
    include /etc/nginx/fastcgi_params; fastcgi_keep_conn on;
CONF
        while (($# > 0)); do
            number=$((number + 1))
            cat <<CONF
    upstream socket$number { server unix:$2; keepalive 64; keepalive_requests 10000000; }
    server { listen 127.0.0.1:$1; location / { $(plain_location "$2" $number) } }
CONF
            shift 2
        done
        printf '}\n'
    } >"$work/$name.conf"
    background nginx -e "$work/log" -c "$work/$name.conf"
}

plain_location() {
    case $1 in
        */php.sock)
            printf 'include /etc/nginx/fastcgi_params; fastcgi_param SCRIPT_FILENAME "%s"; ' "$root/Benchmarks/peers/hit.php"
            printf 'fastcgi_pass socket%d;' "$2"
            ;;
        *.sock) printf 'fastcgi_pass socket%d;' "$2" ;;
        *) printf 'root "%s"; sendfile on; open_file_cache max=10; default_type application/json;' "$1" ;;
    esac
}

# Of another version, where one is named; and sed's options for what is to be different in it.
nginx_folder='' nginx_edits=()

# Starts nginx as deployed, with the rates out of the way, in front of sockets.
whole_nginx() {
    local name=$1 listen=$2 socket sockets=()
    shift 2
    for socket; do sockets+=(--socket "$socket"); done
    "$root/nginx/certificate" "$work/tls"
    "${nginx_folder:-$root/nginx}/render" --output "$work/$name" --listen "127.0.0.1:$listen" "${sockets[@]}" \
        --certificate "$work/tls/server.pem" --certificate-key "$work/tls/server-key.pem" --error-log "$work/log"
    sed -i -e 's/rate=[0-9]*r\/s/rate=1000000r\/s/' -e 's/burst=[0-9]*/burst=100000/' "${nginx_edits[@]}" "$work/$name/audit-query.conf"
    background nginx -e "$work/log" -p "$work/$name" -c "$work/$name/nginx.conf"
}
