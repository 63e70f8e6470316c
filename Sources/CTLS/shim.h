#pragma once
#include <openssl/err.h>
#include <openssl/ssl.h>
#include <openssl/x509v3.h>

// These are macros of OpenSSL, which Swift does not see.

static inline int ctls_require_version_1_2(SSL_CTX *context) {
    return SSL_CTX_set_min_proto_version(context, TLS1_2_VERSION);
}

static inline void ctls_allow_parts(SSL_CTX *context) {
    // What is written may be given again from another place of memory, and goes as far as it goes.
    SSL_CTX_set_mode(context, SSL_MODE_ENABLE_PARTIAL_WRITE | SSL_MODE_ACCEPT_MOVING_WRITE_BUFFER);
}

static inline int ctls_name_server(SSL *session, const char *name) {
    return SSL_set_tlsext_host_name(session, name);
}
