using System.Buffers;
using System.Buffers.Text;
using System.Globalization;
using System.Text;

namespace Qrator.FilterNode.Metrics;

/// <summary>
/// Writes the Prometheus text exposition format 0.0.4 (https://prometheus.io/docs/instrumenting/exposition_formats/) as UTF-8. All samples of a
/// family follow its <see cref="Family"/> line. Its memory can be used again, so that a scrape leaves nothing behind. Not safe for several threads.
/// </summary>
internal sealed class MetricsWriter
{
    private const int MostLabels = 8;
    private const int FirstBytes = 16_384;
    private const int LongestNumber = 32;

    // About 0.1 ms of writing.
    private const int Turn = 65_536;

    // Above, doubles are no longer exact whole numbers.
    private const double MostExact = 1L << 53;

    private static readonly SearchValues<char> Escaped = SearchValues.Create("\\\"\n");

    private readonly (string Name, string Value)[] _last = new (string, string)[MostLabels];
    private readonly int[] _lastEnds = new int[MostLabels];
    private byte[] _text = new byte[FirstBytes];
    private int _length;
    private int _yieldAt = Turn;
    private int _lastStart;
    private int _lastCount;
    private string _lastEnding = "";
    private string _name = "";

    /// <summary>What was written; valid until more is.</summary>
    public ReadOnlyMemory<byte> Text => _text.AsMemory(0, _length);

    /// <summary>Begins anew, with the memory that it has.</summary>
    public void Clear() => (_length, _lastCount, _yieldAt) = (0, 0, Turn);

    /// <summary>Begins a family.</summary>
    /// <param name="name">The name of its samples.</param>
    /// <param name="type">counter, gauge or histogram.</param>
    /// <param name="help">One sentence.</param>
    public void Family(string name, string type, string help)
    {
        (_name, _lastCount) = (name, 0);
        Append("# HELP ");
        Append(name);
        Append(" ");
        Append(help.Replace("\\", "\\\\", StringComparison.Ordinal).Replace("\n", "\\n", StringComparison.Ordinal));
        Append("\n# TYPE ");
        Append(name);
        Append(" ");
        Append(type);
        Append("\n");
    }

    /// <summary>One sample of the family.</summary>
    public void Sample(double value, params ReadOnlySpan<(string Name, string Value)> labels) => Part("", value, labels);

    /// <summary>A sample whose name is the family's with an ending, as histograms have them.</summary>
    public void Part(string ending, double value, params ReadOnlySpan<(string Name, string Value)> labels)
    {
        var start = _length;
        var same = CopyWhatIsTheSame(ending, labels);
        for (var i = same; i < labels.Length; i++)
        {
            Append(i == 0 ? "{" : ",");
            Append(labels[i].Name);
            Append("=\"");
            AppendEscaped(labels[i].Value);
            Append("\"");
            Remember(i, labels[i], _length - start);
        }

        (_lastStart, _lastEnding, _lastCount) = (start, ending, Math.Min(labels.Length, MostLabels));
        Append(labels.Length > 0 ? "} " : " ");
        AppendNumber(value);
        Append("\n");
        if (_length > _yieldAt)
        {
            // Requests go first: a whole scrape at once would hold one processor for longer than they take.
            _yieldAt = _length + Turn;
            Thread.Yield();
        }
    }

    /// <summary>A number as the format writes it.</summary>
    public static string Number(double value) => value switch
    {
        double.PositiveInfinity => "+Inf",
        double.NegativeInfinity => "-Inf",
        _ => value.ToString("R", CultureInfo.InvariantCulture),
    };

    /// <inheritdoc/>
    public override string ToString() => Encoding.UTF8.GetString(Text.Span);

    // Most samples begin as the one before, with the same service and origin, whose bytes are there already. Returns how many labels that are; the name is
    // written in any case.
    private int CopyWhatIsTheSame(string ending, ReadOnlySpan<(string Name, string Value)> labels)
    {
        var same = 0;
        if (ReferenceEquals(ending, _lastEnding))
        {
            while (same < labels.Length && same < _lastCount && ReferenceEquals(labels[same].Name, _last[same].Name) && ReferenceEquals(labels[same].Value, _last[same].Value))
            {
                same++;
            }
        }

        if (same == 0)
        {
            Append(_name);
            Append(ending);
            return 0;
        }

        var length = _lastEnds[same - 1];
        Reserve(length);
        _text.AsSpan(_lastStart, length).CopyTo(_text.AsSpan(_length));
        _length += length;
        return same;
    }

    private void Remember(int index, (string Name, string Value) label, int end)
    {
        if (index < MostLabels)
        {
            _last[index] = label;
            _lastEnds[index] = end;
        }
    }

    private void AppendNumber(double value)
    {
        Reserve(LongestNumber);
        if (value is >= -MostExact and <= MostExact && value == (long)value)
        {
            Utf8Formatter.TryFormat((long)value, _text.AsSpan(_length), out var written);
            _length += written;
        }
        else
        {
            Append(Number(value));
        }
    }

    private void AppendEscaped(string value)
    {
        if (!value.AsSpan().ContainsAny(Escaped))
        {
            Append(value);
            return;
        }

        Append(value.Replace("\\", "\\\\", StringComparison.Ordinal).Replace("\"", "\\\"", StringComparison.Ordinal).Replace("\n", "\\n", StringComparison.Ordinal));
    }

    private void Append(string text)
    {
        Reserve(Encoding.UTF8.GetMaxByteCount(text.Length));
        _length += Encoding.UTF8.GetBytes(text, _text.AsSpan(_length));
    }

    private void Reserve(int bytes)
    {
        if (_text.Length - _length < bytes)
        {
            Array.Resize(ref _text, Math.Max(_text.Length * 2, _length + bytes));
        }
    }
}
