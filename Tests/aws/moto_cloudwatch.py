"""moto's server, with a CloudWatch that can do what metrics need: it unpacks a compressed request once instead of
twice, and GetMetricData knows percentiles (by nearest rank), such as the Stat p99."""
import math

from moto.cloudwatch.models import Statistics
from moto.core import responses
from moto.server import main

# The layer below, which stands in a server only, has unpacked it already.
responses.gzip_decompress = lambda body: body

moto_statistic = Statistics.get_statistics_for_type


def statistic(statistics, stat):
    if not stat.startswith("p"):
        return moto_statistic(statistics, stat)
    values = sorted(statistics.metric_single_values_list)
    return values[max(1, math.ceil(float(stat[1:]) / 100 * len(values))) - 1]


Statistics.get_statistics_for_type = statistic
main()
