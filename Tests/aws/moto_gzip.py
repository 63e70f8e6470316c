"""moto's server, which unpacks a compressed request twice, made to unpack it once: for PutMetricData."""
from moto.core import responses
from moto.server import main

# The layer below, which stands in a server only, has unpacked it already.
responses.gzip_decompress = lambda body: body
main()
