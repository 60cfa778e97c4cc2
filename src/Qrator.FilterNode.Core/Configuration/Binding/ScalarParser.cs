using System.Collections.Concurrent;
using System.Globalization;
using System.Numerics;
using System.Reflection;

namespace Qrator.FilterNode.Configuration.Binding;

/// <summary>Reads single values: text, switches, numbers, time spans, words of an enumeration and <see cref="IConfigText{TSelf}"/>.</summary>
internal static class ScalarParser
{
    private delegate bool Parser(string text, out object? value, out string problem);

    private static readonly ConcurrentDictionary<Type, Parser> TextParsers = new();

    public static bool Handles(Type type) =>
        type == typeof(string) || type == typeof(bool) || type == typeof(int) || type == typeof(long) || type == typeof(double)
        || type == typeof(TimeSpan) || type.IsEnum || IsConfigText(type);

    public static bool IsConfigText(Type type) =>
        type.GetInterfaces().Any(i => i.IsGenericType && i.GetGenericTypeDefinition() == typeof(IConfigText<>));

    public static bool TryParse(Type type, string text, out object? value, out string problem)
    {
        value = null;
        problem = "";
        if (type == typeof(string))
        {
            value = text;
            return true;
        }

        if (type == typeof(bool))
        {
            var ok = bool.TryParse(text, out var flag);
            value = flag;
            problem = $"\"{text}\" is not a switch; true or false";
            return ok;
        }

        if (type == typeof(int))
        {
            return TryParseWhole<int>(text, out value, out problem);
        }

        if (type == typeof(long))
        {
            return TryParseWhole<long>(text, out value, out problem);
        }

        if (type == typeof(double))
        {
            var ok = double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var number) && double.IsFinite(number);
            value = number;
            problem = $"\"{text}\" is not a number";
            return ok;
        }

        if (type == typeof(TimeSpan))
        {
            // TimeSpan alone takes "5" for five days, "24:00:00" for 24 days and "00:30" for half an hour, which few people mean.
            var ok = TimeSpan.TryParseExact(text, "c", CultureInfo.InvariantCulture, out var span) && text.Count(c => c == ':') == 2;
            value = span;
            problem = $"\"{text}\" is not a time span; hours:minutes:seconds, such as 00:30:00";
            return ok;
        }

        return type.IsEnum ? TryParseWord(type, text, out value, out problem) : TextParsers.GetOrAdd(type, MakeTextParser)(text, out value, out problem);
    }

    private static bool TryParseWhole<T>(string text, out object? value, out string problem)
        where T : struct, IBinaryInteger<T>, IMinMaxValue<T>
    {
        var ok = T.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number);
        value = number;
        problem = BigInteger.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out _)
            ? $"{text} is out of range; {T.MinValue} to {T.MaxValue}"
            : $"\"{text}\" is not a whole number";
        return ok;
    }

    private static bool TryParseWord(Type type, string text, out object? value, out string problem)
    {
        var names = Enum.GetNames(type);
        var name = names.FirstOrDefault(n => n.Equals(text, StringComparison.OrdinalIgnoreCase));
        value = name is null ? null : Enum.Parse(type, name);
        problem = $"\"{text}\" is not one of {string.Join(", ", names)}";
        return name is not null;
    }

    private static Parser MakeTextParser(Type type) =>
        typeof(ScalarParser).GetMethod(nameof(ParseText), BindingFlags.NonPublic | BindingFlags.Static)!
            .MakeGenericMethod(type).CreateDelegate<Parser>();

    private static bool ParseText<T>(string text, out object? value, out string problem)
        where T : IConfigText<T>
    {
        var ok = T.TryParse(text, out var parsed, out problem);
        value = parsed;
        return ok;
    }
}
