using System.Globalization;
using System.Text;
using Qrator.FilterNode.Fixtures;

namespace Qrator.FilterNode.Metrics;

/// <summary>The text format 0.0.4 to the letter.</summary>
public sealed class MetricsWriterTests
{
    private static readonly string[] Values = ["shop", "a \"quoted\" one", "back\\slash", "two\nlines", "", "\u043c\u0430\u0433\u0430\u0437\u0438\u043d", "203.0.113.10:80"];
    private static readonly string[] Names = ["service", "origin", "reason", "le"];

    private readonly MetricsWriter _writer = new();

    [Fact]
    public void Names_help_types_labels_and_values_are_written_as_the_format_says()
    {
        var culture = CultureInfo.CurrentCulture;
        var comma = (CultureInfo)CultureInfo.InvariantCulture.Clone();
        comma.NumberFormat = new() { NumberDecimalSeparator = ",", NegativeSign = "~" };
        CultureInfo.CurrentCulture = comma;
        try
        {
            _writer.Family("a_total", "counter", "Back\\slash and\nline.");
            _writer.Sample(1);
            _writer.Sample(1234567.5, ("one", "x\\y\"z\n"), ("two", ""));
            _writer.Sample(9007199254740993, ("one", "x\\y\"z\n"), ("two", "b"));
            _writer.Family("b", "gauge", "Numbers.");
            foreach (var value in (double[])[double.PositiveInfinity, double.NegativeInfinity, double.NaN, 0, -0.0, -3, 1e300, 0.1])
            {
                _writer.Sample(value);
            }

            _writer.Family("c_seconds", "histogram", "");
            _writer.Part("_bucket", 3, ("le", "0.5"));
            _writer.Part("_sum", 1.5);
        }
        finally
        {
            CultureInfo.CurrentCulture = culture;
        }

        _writer.ToString().ShouldBe("""
            # HELP a_total Back\\slash and\nline.
            # TYPE a_total counter
            a_total 1
            a_total{one="x\\y\"z\n",two=""} 1234567.5
            a_total{one="x\\y\"z\n",two="b"} 9007199254740992
            # HELP b Numbers.
            # TYPE b gauge
            b +Inf
            b -Inf
            b NaN
            b 0
            b 0
            b -3
            b 1E+300
            b 0.1
            # HELP c_seconds 
            # TYPE c_seconds histogram
            c_seconds_bucket{le="0.5"} 3
            c_seconds_sum 1.5

            """.ReplaceLineEndings("\n"));
    }

    [Fact]
    public void Whatever_samples_follow_each_other_the_text_is_that_of_a_plain_writer()
    {
        var seed = Environment.TickCount;
        var random = new Random(seed);
        for (var round = 0; round < 50; round++)
        {
            _writer.Clear();
            var model = new StringBuilder();
            for (var family = 0; family < 10; family++)
            {
                _writer.Family($"family_{family}", "gauge", "Help.");
                model.Append(CultureInfo.InvariantCulture, $"# HELP family_{family} Help.\n# TYPE family_{family} gauge\n");
                for (var sample = 0; sample < 60; sample++)
                {
                    // Few values, so that many samples begin as the one before; some of them are equal and not the same.
                    var labels = Names[..random.Next(Names.Length + 1)].Select(name => (name, random.Next(4) > 0 ? Values[random.Next(3)] : new string(Values[random.Next(Values.Length)]))).ToArray();
                    var ending = random.Next(4) == 0 ? "_sum" : "";
                    var value = random.Next(5) == 0 ? random.NextDouble() : random.Next(1_000_000);
                    _writer.Part(ending, value, labels);
                    model.Append(CultureInfo.InvariantCulture, $"family_{family}{ending}{Plain(labels)} {MetricsWriter.Number(value)}\n");
                }
            }

            _writer.ToString().ShouldBe(model.ToString(), $"seed {seed}");
        }
    }

    [Fact]
    public async Task Promtool_reads_labels_of_any_text()
    {
        _writer.Family("filternode_example", "gauge", "Any \\ text\nin it.");
        foreach (var value in Values)
        {
            _writer.Sample(1, ("service", value), ("rule", "same"));
        }

        var (exit, output, errors) = await Command.RunAsync(".", _writer.ToString(), "promtool", "check", "metrics");

        (output + errors).ShouldBe("");
        exit.ShouldBe(0);
        ExpositionReader.Read(_writer.ToString()).Single().Samples.Select(sample => sample.Labels[0].Value).ShouldBe(Values);
    }

    [Fact]
    public void A_second_scrape_takes_no_new_memory()
    {
        void Write()
        {
            _writer.Clear();
            _writer.Family("filternode_example", "gauge", "Help.");
            for (var i = 0; i < 10_000; i++)
            {
                _writer.Sample(i, ("service", Values[0]), ("origin", i % 2 == 0 ? Values[^1] : Values[^2]));
            }
        }

        Write();
        var before = GC.GetAllocatedBytesForCurrentThread();
        Write();
        (GC.GetAllocatedBytesForCurrentThread() - before).ShouldBe(0);
    }

    // Line by line as the format describes it.
    private static string Plain((string Name, string Value)[] labels) => labels.Length == 0 ? "" :
        "{" + string.Join(',', labels.Select(label => label.Name + "=\"" + string.Concat(label.Value.Select(c => c switch { '\\' => "\\\\", '"' => "\\\"", '\n' => "\\n", _ => c.ToString() })) + "\"")) + "}";
}
