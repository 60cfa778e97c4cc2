using System.Text;
using Qrator.FilterNode.Configuration.Binding;

namespace Qrator.FilterNode.Configuration.Reference;

/// <summary>The configuration reference (Markdown), made from the records that the binder binds to.</summary>
public static class ConfigReference
{
    /// <summary>The whole document.</summary>
    public static string Create()
    {
        var text = new StringBuilder("""
            # Configuration reference

            Made from the code by `Qrator.FilterNode --print-reference`; a test compares. Unknown keys, wrong types and values out of range are errors.


            """);
        var written = new HashSet<Type>();
        var waiting = new Queue<(string Title, Type Section)>([(ConfigValidator.Root, typeof(FilterNodeConfig))]);
        while (waiting.TryDequeue(out var next))
        {
            if (written.Add(next.Section))
            {
                WriteSection(text, next.Title, next.Section, waiting);
            }
        }

        return text.ToString();
    }

    private static void WriteSection(StringBuilder text, string title, Type section, Queue<(string Title, Type Section)> waiting)
    {
        var defaults = Activator.CreateInstance(section);
        text.Append("## `").Append(title).Append("`\n\n| key | value | default | meaning |\n|---|---|---|---|\n");
        foreach (var (property, setting) in ConfigBinder.SettingsOf(section))
        {
            var value = setting.Required ? "required" : SettingType.Default(property.GetValue(defaults)) is { } d ? $"`{d}`" : "";
            text.Append("| `").Append(ConfigBinder.KeyOf(property, setting)).Append("` | ").Append(Describe(property.PropertyType, setting)).Append(" | ").Append(value)
                .Append(" | ").Append(setting.Summary.Replace("|", "\\|", StringComparison.Ordinal)).Append(" |\n");
            var (suffix, inner) = Inner(property.PropertyType);
            if (SettingType.IsSection(inner))
            {
                waiting.Enqueue(($"{title}:{ConfigBinder.KeyOf(property, setting)}{suffix}", SettingType.Unwrap(inner)));
            }
        }

        text.Append('\n');
    }

    private static (string Suffix, Type Inner) Inner(Type type) =>
        SettingType.ItemOfList(type) is { } item ? (":n", item)
        : SettingType.ItemOfDictionary(type) is { } value ? (":name", value)
        : ("", type);

    private static string Describe(Type type, SettingAttribute setting)
    {
        if (SettingType.ItemOfList(type) is { } item)
        {
            return $"list{(setting.MaxItems > 0 ? $", at most {setting.MaxItems}" : "")} of {Describe(item, new(""))}";
        }

        if (SettingType.ItemOfDictionary(type) is { } value)
        {
            return $"sections by name, each {Describe(value, new(""))}";
        }

        type = SettingType.Unwrap(type);
        var range = (setting.Min, setting.Max) switch
        {
            (not null, not null) => $", {setting.Min} to {setting.Max}",
            (not null, null) => $", {setting.Min} or more",
            (null, not null) => $", {setting.Max} or less",
            _ => "",
        };
        return Word(type) + range;
    }

    private static string Word(Type type) =>
        type == typeof(bool) ? "true or false"
        : type == typeof(int) || type == typeof(long) ? "whole number"
        : type == typeof(double) ? "number"
        : type == typeof(TimeSpan) ? "time span"
        : type.IsEnum ? string.Join(", ", Enum.GetNames(type))
        : SettingType.IsSection(type) ? "section"
        : "text";
}
