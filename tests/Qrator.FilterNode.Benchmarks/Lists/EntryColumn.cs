using System.Globalization;
using BenchmarkDotNet.Columns;
using BenchmarkDotNet.Reports;
using BenchmarkDotNet.Running;

namespace Qrator.FilterNode.Lists;

/// <summary>A result of a benchmark that has the parameter <c>Entries</c>, divided by the entries.</summary>
internal sealed class EntryColumn(string name, string legend, UnitType unit, Func<Summary, BenchmarkCase, int, double> valueOf) : IColumn
{
    public string Id => name;

    public string ColumnName => name;

    public string Legend => legend;

    public bool AlwaysShow => true;

    public ColumnCategory Category => ColumnCategory.Custom;

    public int PriorityInCategory => 0;

    public bool IsNumeric => true;

    public UnitType UnitType => unit;

    public bool IsAvailable(Summary summary) => true;

    public bool IsDefault(Summary summary, BenchmarkCase benchmarkCase) => false;

    public string GetValue(Summary summary, BenchmarkCase benchmarkCase) => GetValue(summary, benchmarkCase, SummaryStyle.Default);

    public string GetValue(Summary summary, BenchmarkCase benchmarkCase, SummaryStyle style) =>
        valueOf(summary, benchmarkCase, (int)benchmarkCase.Parameters["Entries"]).ToString("F1", CultureInfo.InvariantCulture);
}
