using System.Collections.Concurrent;
using System.Diagnostics.CodeAnalysis;
using System.Reflection;

namespace Qrator.FilterNode.Configuration.Binding;

/// <summary>The keys that one *Config record knows.</summary>
internal sealed class SectionShape
{
    private static readonly ConcurrentDictionary<Type, SectionShape> Shapes = new();

    private readonly Dictionary<string, (PropertyInfo Property, SettingAttribute Setting)> _settings;

    private SectionShape(Type type)
    {
        _settings = ConfigBinder.SettingsOf(type).ToDictionary(s => ConfigBinder.KeyOf(s.Property, s.Setting), StringComparer.OrdinalIgnoreCase);
        Required = [.. _settings.Values.Where(s => s.Setting.Required)];
    }

    public IReadOnlyList<(PropertyInfo Property, SettingAttribute Setting)> Required { get; }

    public static SectionShape Of(Type type) => Shapes.GetOrAdd(type, static t => new(t));

    public bool TryGet(string key, [MaybeNullWhen(false)] out (PropertyInfo Property, SettingAttribute Setting) setting) =>
        _settings.TryGetValue(key, out setting);

    /// <summary>The key that was probably meant, or all that there are.</summary>
    public string Suggest(string key)
    {
        var nearest = _settings.Keys.MinBy(known => Difference(key, known));
        // A number with another digit is another number, not a slip.
        return nearest is not null && !key.All(char.IsAsciiDigit) && Difference(key, nearest) <= Math.Max(1, nearest.Length / 3)
            ? $"did you mean {nearest}?"
            : $"known here: {string.Join(", ", _settings.Keys)}";
    }

    // Letters in the wrong order are one slip of the fingers.
    private static int Difference(string left, string right)
    {
        (left, right) = (left.ToUpperInvariant(), right.ToUpperInvariant());
        return left != right && left.Order().SequenceEqual(right.Order()) ? 1 : Distance(left, right);
    }

    /// <summary>The edit distance of V. I. Levenshtein (1966).</summary>
    private static int Distance(string left, string right)
    {
        var row = Enumerable.Range(0, right.Length + 1).ToArray();
        for (var i = 1; i <= left.Length; i++)
        {
            var diagonal = row[0];
            row[0] = i;
            for (var j = 1; j <= right.Length; j++)
            {
                var change = diagonal + (left[i - 1] == right[j - 1] ? 0 : 1);
                diagonal = row[j];
                row[j] = Math.Min(change, 1 + Math.Min(row[j], row[j - 1]));
            }
        }

        return row[^1];
    }
}
