using System.Collections;
using System.Globalization;
using System.Reflection;

namespace Qrator.FilterNode.Configuration.Binding;

/// <summary>
/// Strict binding of <see cref="ConfigNode"/>s to the *Config records: a key that no property has, a value of another type, a value out of
/// its range is a mistake, and all mistakes are found in one pass. What could not be bound keeps its default, so that the checks
/// after it still run.
/// </summary>
public static class ConfigBinder
{
    /// <summary>Binds <paramref name="node"/> to a new <typeparamref name="T"/>, adding every mistake to <paramref name="errors"/>.</summary>
    public static T Bind<T>(ConfigNode node, ConfigErrors errors)
        where T : class, new() => (T)BindSection(typeof(T), node, errors);

    internal static IEnumerable<(PropertyInfo Property, SettingAttribute Setting)> SettingsOf(Type type) =>
        from property in type.GetProperties()
        let setting = property.GetCustomAttribute<SettingAttribute>()
        where setting is not null
        select (property, setting);

    internal static string KeyOf(PropertyInfo property, SettingAttribute setting) => setting.Key ?? property.Name;

    private static object BindSection(Type type, ConfigNode node, ConfigErrors errors)
    {
        var section = Activator.CreateInstance(type)!;
        if (!string.IsNullOrEmpty(node.Value))
        {
            errors.Add(node.Path, $"\"{node.Value}\" is a single value; a section {{ ... }} is expected");
            return section;
        }

        var shape = SectionShape.Of(type);
        foreach (var child in node.Children)
        {
            if (!shape.TryGet(child.Key, out var entry))
            {
                errors.Add(child.Path, $"unknown key; {shape.Suggest(child.Key)}");
            }
            else if (!(entry.Setting.Required ? IsNothing(child) : IsNull(child))
                && TryBindValue(entry.Property.PropertyType, entry.Setting, child, errors, out var value))
            {
                entry.Property.SetValue(section, value);
            }
        }

        foreach (var (property, setting) in shape.Required)
        {
            var key = KeyOf(property, setting);
            if (!node.Children.Any(child => child.Key.Equals(key, StringComparison.OrdinalIgnoreCase) && !IsNothing(child)))
            {
                errors.Add($"{node.Path}:{key}", $"missing; {setting.Remedy}");
            }
        }

        return section;
    }

    // null keeps the default; "", {} and [] are something, but not enough where a key is required.
    private static bool IsNull(ConfigNode node) => node.Value is null && node.Children.Count == 0;

    private static bool IsNothing(ConfigNode node) => string.IsNullOrEmpty(node.Value) && node.Children.Count == 0;

    private static bool TryBindValue(Type type, SettingAttribute setting, ConfigNode node, ConfigErrors errors, out object? value)
    {
        type = Nullable.GetUnderlyingType(type) ?? type;
        if (ScalarParser.Handles(type))
        {
            return TryBindScalar(type, setting, node, errors, out value);
        }

        if (type.IsGenericType && type.GetGenericTypeDefinition() == typeof(IReadOnlyList<>))
        {
            value = BindList(type.GetGenericArguments()[0], setting, node, errors);
            return true;
        }

        if (type.IsGenericType && type.GetGenericTypeDefinition() == typeof(IReadOnlyDictionary<,>))
        {
            value = BindDictionary(type.GetGenericArguments()[1], setting, node, errors);
            return true;
        }

        value = BindSection(type, node, errors);
        return true;
    }

    private static bool TryBindScalar(Type type, SettingAttribute setting, ConfigNode node, ConfigErrors errors, out object? value)
    {
        value = null;
        if (node.Children.Count > 0)
        {
            errors.Add(node.Path, "a section or list; a single value is expected");
            return false;
        }

        if (!ScalarParser.TryParse(type, node.Value ?? "", out value, out var problem))
        {
            errors.Add(node.Path, problem);
            return false;
        }

        if (value is IComparable number && !InRange(type, number, setting))
        {
            errors.Add(node.Path, $"{node.Value} is out of range; {Range(setting)}");
            return false;
        }

        return true;
    }

    private static bool InRange(Type type, IComparable value, SettingAttribute setting) =>
        (setting.Min is null || value.CompareTo(Bound(type, setting.Min)) >= 0)
        && (setting.Max is null || value.CompareTo(Bound(type, setting.Max)) <= 0);

    private static object Bound(Type type, string text) =>
        ScalarParser.TryParse(type, text, out var bound, out _)
            ? bound!
            : throw new InvalidOperationException($"{text} is no {type.Name}: mend the Setting attribute");

    private static string Range(SettingAttribute setting) => (setting.Min, setting.Max) switch
    {
        (not null, not null) => $"{setting.Min} to {setting.Max}",
        (not null, null) => $"{setting.Min} or more",
        _ => $"{setting.Max} or less",
    };

    private static object BindList(Type itemType, SettingAttribute setting, ConfigNode node, ConfigErrors errors)
    {
        var list = (IList)Activator.CreateInstance(typeof(List<>).MakeGenericType(itemType))!;
        if (!string.IsNullOrEmpty(node.Value))
        {
            errors.Add(node.Path, $"\"{node.Value}\" is a single value; a list [ ... ] is expected");
            return list;
        }

        if (setting.MaxItems > 0 && node.Children.Count > setting.MaxItems)
        {
            errors.Add(node.Path, $"{node.Children.Count} {setting.Noun}; at most {setting.MaxItems}");
        }

        foreach (var child in node.Children)
        {
            if (!int.TryParse(child.Key, NumberStyles.None, CultureInfo.InvariantCulture, out _))
            {
                errors.Add(child.Path, "a list [ ... ] is expected here, not a section with names");
            }
            else if (TryBindValue(itemType, setting, child, errors, out var item) && item is not null)
            {
                list.Add(item);
            }
        }

        return list;
    }

    private static object BindDictionary(Type itemType, SettingAttribute setting, ConfigNode node, ConfigErrors errors)
    {
        var dictionary = (IDictionary)Activator.CreateInstance(
            typeof(Dictionary<,>).MakeGenericType(typeof(string), itemType), StringComparer.OrdinalIgnoreCase)!;
        if (!string.IsNullOrEmpty(node.Value))
        {
            errors.Add(node.Path, $"\"{node.Value}\" is a single value; a section {{ \"name\": ... }} is expected");
            return dictionary;
        }

        // A list arrives as children called 0, 1, 2, which would be odd names.
        if (node.Children.Count > 0 && node.Children.Select(child => child.Key).Order(StringComparer.Ordinal)
            .SequenceEqual(Enumerable.Range(0, node.Children.Count).Select(i => i.ToString(CultureInfo.InvariantCulture)).Order(StringComparer.Ordinal)))
        {
            errors.Add(node.Path, "a list; a section { \"name\": ... } is expected");
            return dictionary;
        }

        foreach (var child in node.Children)
        {
            if (TryBindValue(itemType, setting, child, errors, out var item) && item is not null)
            {
                dictionary[child.Key] = item;
            }
        }

        return dictionary;
    }
}
