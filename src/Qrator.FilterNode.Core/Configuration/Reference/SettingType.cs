using System.Globalization;
using Qrator.FilterNode.Configuration.Binding;

namespace Qrator.FilterNode.Configuration.Reference;

/// <summary>What can stand at a key, told from the property that the key is bound to.</summary>
internal static class SettingType
{
    public static Type? ItemOfList(Type type) => ArgumentOf(type, typeof(IReadOnlyList<>), 0);

    public static Type? ItemOfDictionary(Type type) => ArgumentOf(type, typeof(IReadOnlyDictionary<,>), 1);

    public static bool IsSection(Type type) => !ScalarParser.Handles(Unwrap(type)) && ItemOfList(type) is null && ItemOfDictionary(type) is null;

    public static Type Unwrap(Type type) => Nullable.GetUnderlyingType(type) ?? type;

    /// <summary>A default as the operator would write it; null for none and for lists and sections.</summary>
    public static string? Default(object? value) => value switch
    {
        null => null,
        bool flag => flag ? "true" : "false",
        string text => text.Length == 0 ? null : text,
        TimeSpan span => span.ToString("c", CultureInfo.InvariantCulture),
        _ when ScalarParser.Handles(value.GetType()) => Convert.ToString(value, CultureInfo.InvariantCulture),
        _ => null,
    };

    private static Type? ArgumentOf(Type type, Type generic, int argument) =>
        type.IsGenericType && type.GetGenericTypeDefinition() == generic ? type.GetGenericArguments()[argument] : null;
}
