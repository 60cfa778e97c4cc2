using System.Diagnostics;

namespace Qrator.FilterNode;

/// <summary>
/// What detection costs a request, on a machine that has other work: the time of short batches, of which the fastest tenth was hardly disturbed. Between
/// batches it decides, as often as in the node.
/// </summary>
internal static class DetectionTime
{
    private const int Batches = 10_000;
    private const int MostCalls = 500;

    /// <summary>Measures and prints.</summary>
    public static void Print()
    {
        Console.WriteLine("| clients | requests a second | state | arrival and end of a request, fastest tenth of batches | median |\n|---|---|---|---|---|");
        foreach (var (clients, rate, isAttacked) in
            from clients in new[] { 1_000, 500_000 } from rate in new[] { 200, 1_500, 20_000 } from isAttacked in new[] { false, true } select (clients, rate, isAttacked))
        {
            var benchmark = new BehaviorBenchmarks { Clients = clients, RequestsPerSecond = rate };
            benchmark.Learn();
            if (isAttacked)
            {
                benchmark.BeginAttack();
            }

            var calls = Math.Min(MostCalls, rate / 2);
            var times = new double[Batches];
            for (var batch = 0; batch < Batches; batch++)
            {
                var began = Stopwatch.GetTimestamp();
                for (var call = 0; call < calls; call++)
                {
                    benchmark.ArrivalAndEnd();
                }

                times[batch] = Stopwatch.GetElapsedTime(began).TotalNanoseconds / calls;
                benchmark.TickWhenDue();
            }

            Array.Sort(times);
            Console.WriteLine(FormattableString.Invariant($"| {clients} | {rate} | {benchmark.State} | {times[Batches / 10]:0} ns | {times[Batches / 2]:0} ns |"));
        }
    }
}
