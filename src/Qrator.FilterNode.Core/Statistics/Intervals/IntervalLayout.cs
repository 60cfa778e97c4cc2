using Qrator.FilterNode.Lists;
using Qrator.FilterNode.Statistics.Traffic;

namespace Qrator.FilterNode.Statistics.Intervals;

/// <summary>
/// The numbers of the values of an interval. They are kept on disk by these numbers, so that a number MUST keep its meaning; new values take free ones.
/// </summary>
internal static class IntervalLayout
{
    public const int Durations = 32;
    public const int Connections = 52;
    public const int PassedConnections = 53;
    public const int Sizes = 56;
    public const int OtherCodes = Codes + (LastCode - FirstCode) + 1;
    public const int Count = OtherCodes + 1;
    public const int FirstCode = 100;
    public const int LastCode = 999;
    private const int Received = 48;
    private const int Sent = 50;
    private const int Changes = 64;
    private const int ChangesOfSource = 8;
    private const int Codes = 128;

    /// <summary>The upper bounds of the buckets of durations, each inclusive, in seconds; the last bucket has none.</summary>
    public static IReadOnlyList<double> DurationBounds { get; } = [0.2, 0.5, 0.7, 1, 1.5, 2, 5];

    public static int Of(Outcome outcome) => (int)outcome;

    public static int ReceivedOf(TrafficKind kind) => Received + (int)kind;

    public static int SentOf(TrafficKind kind) => Sent + (int)kind;

    public static int SizeOf(ListSource source) => Sizes + (int)source;

    public static int ChangesOf(ListSource source, ListChange change) => Changes + ((int)source * ChangesOfSource) + (int)change;

    public static int OfCode(int code) => Codes + code - FirstCode;

    public static int CodeOf(int number) => number - Codes + FirstCode;

    public static bool IsCode(int number) => number is >= Codes and < OtherCodes;

    /// <summary>Whether a value is how much there is at the end of the interval, and not how much came within it.</summary>
    public static bool IsLevel(int number) => number is >= Sizes and < Changes;
}
