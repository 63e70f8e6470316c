#ifndef AUDIT_QUERY_CZLIB_SHIM_H
#define AUDIT_QUERY_CZLIB_SHIM_H

#include <zlib.h>

// zlib's initialisers are macros that pass the header's version and the stream's size.

static inline int czlib_inflate_init(z_stream *stream, int window_bits) {
    return inflateInit2(stream, window_bits);
}

static inline int czlib_deflate_init(z_stream *stream, int level, int window_bits) {
    return deflateInit2(stream, level, Z_DEFLATED, window_bits, 8, Z_DEFAULT_STRATEGY);
}

#endif
