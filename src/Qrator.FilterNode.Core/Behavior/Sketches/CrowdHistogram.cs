namespace Qrator.FilterNode.Behavior.Sketches;

/// <summary>
/// How much the single client does, over all clients: a histogram with four steps an octave. A client's window sits in the step of its value and
/// moves up with it. Moving takes no lock; what threads lose to each other is within the width of a step.
/// </summary>
internal sealed class CrowdHistogram
{
    // The exponent of a float and the two highest bits of its fraction.
    private const int FractionBits = 21;
    private const int Lowest = 0x3F80_0000 >> FractionBits;
    private const int Steps = 160;

    private readonly float[] _windows = new float[Steps];

    /// <summary>A client's window has gone from one value to another; 0 or less for a window that begins.</summary>
    public void Move(float from, float to)
    {
        var (before, after) = (Step(from), Step(to));
        if (before == after)
        {
            return;
        }

        _windows[after]++;
        if (before > 0)
        {
            _windows[before]--;
        }
    }

    /// <summary>The value that only this part (0 to 1) of the windows exceeds, rounded up to a step; 0 with fewer than 1,000 windows.</summary>
    public float Exceeded(double part)
    {
        var total = 0f;
        foreach (var windows in _windows)
        {
            total += Math.Max(0, windows);
        }

        if (total < 1_000)
        {
            return 0;
        }

        var above = 0f;
        var step = Steps - 1;
        while (step > 0 && above + Math.Max(0, _windows[step]) <= total * part)
        {
            above += Math.Max(0, _windows[step--]);
        }

        return BitConverter.Int32BitsToSingle((step + Lowest) << FractionBits);
    }

    /// <summary>Keeps a part of every count, so that the crowd of long ago fades.</summary>
    public void Decay(float kept)
    {
        for (var i = 0; i < Steps; i++)
        {
            _windows[i] *= kept;
        }
    }

    private static int Step(float value) =>
        value < 1 ? 0 : Math.Min(Steps - 1, (BitConverter.SingleToInt32Bits(value) >> FractionBits) - Lowest + 1);
}
