using System.Globalization;
using System.Text;

namespace Qrator.FilterNode.Metrics;

/// <summary>Reads what <see cref="MetricsWriter"/> writes. Not for the text of others: what the format allows besides is not understood.</summary>
internal static class ExpositionReader
{
    private const string Help = "# HELP ";
    private const string Type = "# TYPE ";

    /// <summary>The families in their order.</summary>
    public static IReadOnlyList<MetricFamily> Read(string text)
    {
        var families = new List<MetricFamily>();
        var help = "";
        foreach (var line in text.Split('\n', StringSplitOptions.RemoveEmptyEntries))
        {
            if (line.StartsWith(Help, StringComparison.Ordinal))
            {
                help = Plain(line[(line.IndexOf(' ', Help.Length) + 1)..]);
            }
            else if (line.StartsWith(Type, StringComparison.Ordinal))
            {
                var words = line[Type.Length..].Split(' ');
                families.Add(new(words[0], words[1], help));
            }
            else
            {
                families[^1].Samples.Add(Sample(line));
            }
        }

        return families;
    }

    private static MetricSample Sample(string line)
    {
        var labels = new List<(string, string)>();
        var position = line.AsSpan().IndexOfAny('{', ' ');
        var name = line[..position];
        while (line[position] != ' ')
        {
            // At the brace or a comma; an escaped quote does not end the value.
            var equals = line.IndexOf('=', position);
            var end = equals + 2;
            while (line[end] != '"')
            {
                end += line[end] == '\\' ? 2 : 1;
            }

            labels.Add((line[(position + 1)..equals], Plain(line[(equals + 2)..end])));
            position = end + (line[end + 1] == '}' ? 2 : 1);
        }

        return new(name, labels, Number(line[(position + 1)..]));
    }

    private static double Number(string text) => text switch
    {
        "+Inf" => double.PositiveInfinity,
        "-Inf" => double.NegativeInfinity,
        _ => double.Parse(text, CultureInfo.InvariantCulture),
    };

    private static string Plain(string escaped)
    {
        var plain = new StringBuilder(escaped.Length);
        for (var i = 0; i < escaped.Length; i++)
        {
            var letter = escaped[i];
            if (letter == '\\')
            {
                letter = escaped[++i] == 'n' ? '\n' : escaped[i];
            }

            plain.Append(letter);
        }

        return plain.ToString();
    }
}
