using BenchmarkDotNet.Columns;
using BenchmarkDotNet.Configs;
using BenchmarkDotNet.Engines;
using BenchmarkDotNet.Jobs;
using BenchmarkDotNet.Toolchains.InProcess.Emit;

namespace Qrator.FilterNode.Lists;

/// <summary>A few whole fillings, with time and memory for one entry.</summary>
internal sealed class FillConfig : ManualConfig
{
    public FillConfig()
    {
        AddJob(Job.Default.WithStrategy(RunStrategy.Monitoring).WithWarmupCount(1).WithIterationCount(5).WithToolchain(InProcessEmitToolchain.Instance));
        AddColumn(
            new EntryColumn("ns/entry", "Mean, divided by the entries", UnitType.Dimensionless, (summary, benchmark, entries) => (summary[benchmark]?.ResultStatistics?.Mean ?? double.NaN) / entries),
            new EntryColumn("B/entry", "Memory of the full list, divided by the entries", UnitType.Size, (_, _, entries) => ListFillBenchmarks.BytesPerEntry(entries)));
    }
}
