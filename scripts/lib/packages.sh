# shellcheck shell=bash
# Debian packages and the Swift toolchain, for who builds; with what all scripts share.
# shellcheck disable=SC2034 # the lists and swift_version are for the scripts that source this

# shellcheck source-path=SCRIPTDIR source-path=SCRIPTDIR/lib source=common.sh
source "$(dirname "${BASH_SOURCE[0]}")/common.sh"

# What the Swift toolchain itself needs on a Debian that has only that, and what the build links.
build_packages=(
    binutils ca-certificates gcc git libc6-dev libncurses6 libstdc++-12-dev libxml2 pkg-config
    libcurl4-openssl-dev libdeflate-dev libfcgi-dev libpq-dev libsqlite3-dev libssl-dev libsystemd-dev libzstd-dev zlib1g-dev
)
# A server of one's own: for tests, and for scripts/run --store postgresql.
postgresql_packages=(postgresql util-linux)
# A far end for `audit-query forward`, which tests stop and start.
forward_packages=(rsyslog rsyslog-openssl)
# What syslog-ng needs, which is unpacked beside it.
syslog_ng_packages=(libglib2.0-0 libivykis0 libjson-c5 libnet1 libpcre3 libwrap0)
serve_packages=(curl jq nginx-light openssl)
# What builds a Debian package, and boots a Debian in a container.
package_packages=(debhelper dpkg-dev lintian)
vm_packages=(debootstrap gcc systemd-container)

# nginx lives where an ordinary user's PATH may not look.
PATH=$PATH:/usr/local/sbin:/usr/sbin:/sbin

# Installs those of the packages that are missing, and says so.
install_packages() {
    local missing sudo=()
    mapfile -t missing < <(missing_packages "$@")
    ((${#missing[@]} > 0)) || return 0

    command -v apt-get >/dev/null ||
        fail 69 "these Debian packages are missing, and there is no apt-get to install them: ${missing[*]}"
    if ((EUID != 0)); then
        command -v sudo >/dev/null ||
            fail 77 "these Debian packages are missing: ${missing[*]}. Install them as root (there is no sudo)."
        sudo=(sudo)
    fi
    say "Installing Debian packages: ${missing[*]}"
    # No setsid here: sudo may have to ask for a password on the terminal.
    "${sudo[@]}" bash -c "$(declare -f install_quietly without_starting_servers enabled_servers); install_quietly \"\$@\"" \
        install "${missing[@]}" 9>&- &
    wait $! || fail 69 "apt-get could not install ${missing[*]}: see its messages above"
}

# Those of the packages that are not installed. Any nginx will do.
missing_packages() {
    local installed package
    installed=" $(dpkg-query -W -f='${Package}:${db:Status-Status} ' "$@" 2>/dev/null || true)"
    for package; do
        [[ $package == nginx-light ]] && command -v nginx >/dev/null && continue
        [[ $installed == *" $package:installed "* ]] || printf '%s\n' "$package"
    done
}

# As root.
install_quietly() {
    export DEBIAN_FRONTEND=noninteractive
    apt-get update --quiet=2 || return
    without_starting_servers apt-get install --yes --quiet=2 --no-install-recommends -o Dpkg::Use-Pty=0 "$@"
}

# Debian starts what it installs, and enables it for the next boot: a system nginx on port 80, php-fpm, PostgreSQL, or a Prometheus (of which
# only promtool is wanted), which nobody asked for here. What is enabled already is left alone, as is an administrator's own policy.
without_starting_servers() {
    local policy=/usr/sbin/policy-rc.d enabled status=0 service
    enabled=" $(enabled_servers | tr '\n' ' ')"
    if [[ ! -e $policy ]]; then
        trap 'rm -f /usr/sbin/policy-rc.d' EXIT
        trap 'exit 143' INT TERM HUP
        printf '%s\n' '#!/bin/sh' 'case "$*" in *nginx* | *php*-fpm* | *prometheus* | *postgresql* | *rsyslog*) exit 101 ;; esac' 'exit 0' >"$policy"
        chmod 755 "$policy"
    fi
    "$@" || status=$?
    for service in $(enabled_servers); do
        [[ $enabled == *" $service "* ]] || systemctl disable --quiet "$service" 2>/dev/null || true
    done
    return "$status"
}

as_root() {
    if ((EUID == 0)); then "$@"; else sudo "$@"; fi
}

# syslog-ng, into a folder: Debian lets either it or rsyslog be installed, and forwarding is tested with both.
unpack_syslog_ng() {
    # shellcheck disable=SC2154 # the script sets root
    local folder=$root/.build/syslog-ng new=$root/.build/syslog-ng.new
    [[ ! -x $folder/usr/sbin/syslog-ng && ! -x /usr/sbin/syslog-ng ]] || return 0
    rm -rf "$new"
    mkdir -p "$new"
    say "Unpacking Debian's syslog-ng"
    # As whoever this is, and not as apt's own user, who may not write here. Lists may be old, or not there yet.
    (
        cd "$new" || exit
        fetch() { apt-get download --quiet=2 -o APT::Sandbox::User=root syslog-ng-core; }
        fetch 2>/dev/null || { as_root apt-get update --quiet=2 && fetch; } || exit
        dpkg-deb --extract syslog-ng-core_*.deb .
    ) || fail 69 "apt-get could not fetch syslog-ng-core: see its message above; apt-get update may help"
    rm -rf "$folder"
    mv "$new" "$folder"
}

# Of the servers that the scripts install, those that systemd starts with the machine.
enabled_servers() {
    [[ -d /run/systemd/system ]] || return 0
    systemctl list-unit-files --no-legend --state=enabled \
        nginx.service 'php*-fpm.service' postgresql.service 'prometheus*.service' rsyslog.service | awk '{ print $1 }'
}

# Installs what building needs, and these packages besides. Sets swift_version, or ends when there is no toolchain that can build
# this: on a plain Debian not even swift --version runs before its packages are there, and without any swift none is installed for
# nothing.
install_to_build() {
    command -v swift >/dev/null ||
        fail 69 "there is no swift on PATH: install a Swift 6.2 or later toolchain (https://swift.org/install) and put its usr/bin on PATH"
    install_packages "${build_packages[@]}" "$@"
    local text
    text=$(swift --version 2>/dev/null) || fail 69 "$(command -v swift) --version fails: is the toolchain whole?"
    [[ $text =~ Swift\ version\ ([0-9]+)\.([0-9]+)[^[:space:]]* ]] ||
        fail 69 "$(command -v swift) --version does not name a Swift version: $text"
    swift_version=${BASH_REMATCH[0]}
    ((BASH_REMATCH[1] > 6 || (BASH_REMATCH[1] == 6 && BASH_REMATCH[2] >= 2))) ||
        fail 69 "$(command -v swift) is $swift_version: Swift 6.2 or later is needed"
}

# Builds the program, unless it is newer than all that it is made of: swift build takes seconds to find that. Sets binary.
build_program() {
    # shellcheck disable=SC2154 # the script sets root
    local stamp=$root/.build/release-stamp
    binary=$root/.build/release/audit-query
    if [[ -x $binary && -f $stamp && $(<"$stamp") == "$swift_version" &&
        -z $(find "$root/Sources" "$root/Package.swift" -newer "$stamp" -print -quit) ]]; then
        return
    fi
    say "Building audit-query (some minutes the first time)"
    mkdir -p "$root/.build"
    # Older than whatever is edited while it builds.
    printf '%s\n' "$swift_version" >"$stamp.new"
    run_step swift build --package-path "$root" -c release --product audit-query --static-swift-stdlib ||
        fail $? "swift build failed: see its messages above"
    mv -- "$stamp.new" "$stamp"
}
