using System.Diagnostics;

namespace Qrator.FilterNode.Quality;

/// <summary>How long calls took, without reading the clock; the median does not mind the other work of the machine.</summary>
internal sealed class CallTimes
{
    private const int StepNanoseconds = 10;

    private static readonly double ReadingTheClock = MeasureReading();

    private readonly long[] _steps = new long[1_000];
    private long _count;

    public double Median => Math.Max(0, WithReading - ReadingTheClock);

    private double WithReading
    {
        get
        {
            var left = _count / 2;
            var step = 0;
            while (step < _steps.Length - 1 && left >= _steps[step])
            {
                left -= _steps[step++];
            }

            return step * StepNanoseconds;
        }
    }

    public void Add(long stopwatchTicks)
    {
        var nanoseconds = stopwatchTicks * (1_000_000_000 / Stopwatch.Frequency);
        _steps[Math.Clamp(nanoseconds / StepNanoseconds, 0, _steps.Length - 1)]++;
        _count++;
    }

    private static double MeasureReading()
    {
        var readings = new CallTimes();
        for (var i = 0; i < 100_000; i++)
        {
            var before = Stopwatch.GetTimestamp();
            readings.Add(Stopwatch.GetTimestamp() - before);
        }

        return readings.WithReading;
    }
}
