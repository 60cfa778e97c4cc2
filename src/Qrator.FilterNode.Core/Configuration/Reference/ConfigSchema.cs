using System.Globalization;
using System.Text.Json.Nodes;
using Qrator.FilterNode.Configuration.Binding;

namespace Qrator.FilterNode.Configuration.Reference;

/// <summary>
/// The JSON schema (draft 2020-12) of appsettings.json, made from the records that the binder binds to, so that it cannot say anything else
/// than the node does.
/// </summary>
public static class ConfigSchema
{
    private const string TimeSpanPattern = @"^([0-9]+\.)?[0-9]{1,2}:[0-9]{2}(:[0-9]{2}(\.[0-9]{1,7})?)?$";

    /// <summary>The schema as a new document.</summary>
    public static JsonObject Create()
    {
        var definitions = new SortedDictionary<string, JsonNode>(StringComparer.Ordinal);
        var root = Reference(typeof(FilterNodeConfig), definitions);
        return new JsonObject
        {
            ["$schema"] = "https://json-schema.org/draft/2020-12/schema",
            ["title"] = "Qrator.FilterNode appsettings.json",
            ["type"] = "object",
            ["properties"] = new JsonObject { [ConfigValidator.Root] = root },
            ["$defs"] = new JsonObject(definitions.Select(pair => KeyValuePair.Create(pair.Key, (JsonNode?)pair.Value))),
        };
    }

    private static JsonObject Reference(Type section, SortedDictionary<string, JsonNode> definitions)
    {
        var name = section.Name;
        if (!definitions.ContainsKey(name))
        {
            // Taken before it is filled, because conditions hold conditions.
            definitions[name] = new JsonObject();
            definitions[name] = Section(section, definitions);
        }

        return new JsonObject { ["$ref"] = $"#/$defs/{name}" };
    }

    private static JsonObject Section(Type section, SortedDictionary<string, JsonNode> definitions)
    {
        var defaults = Activator.CreateInstance(section);
        var properties = new JsonObject();
        var required = new JsonArray();
        foreach (var (property, setting) in ConfigBinder.SettingsOf(section))
        {
            var schema = Of(property.PropertyType, setting, definitions);
            schema["description"] = setting.Summary;
            if (!setting.Required && SettingType.Default(property.GetValue(defaults)) is { } text)
            {
                schema["default"] = Literal(SettingType.Unwrap(property.PropertyType), text);
            }

            properties[ConfigBinder.KeyOf(property, setting)] = schema;
            if (setting.Required)
            {
                required.Add(ConfigBinder.KeyOf(property, setting));
            }
        }

        var result = new JsonObject { ["type"] = "object", ["properties"] = properties, ["additionalProperties"] = false };
        if (required.Count > 0)
        {
            result["required"] = required;
        }

        return result;
    }

    private static JsonObject Of(Type type, SettingAttribute setting, SortedDictionary<string, JsonNode> definitions)
    {
        if (SettingType.ItemOfList(type) is { } item)
        {
            var list = new JsonObject { ["type"] = "array", ["items"] = Of(item, setting, definitions) };
            if (setting.MaxItems > 0)
            {
                list["maxItems"] = setting.MaxItems;
            }

            return list;
        }

        if (SettingType.ItemOfDictionary(type) is { } value)
        {
            return new JsonObject { ["type"] = "object", ["additionalProperties"] = Of(value, setting, definitions) };
        }

        return SettingType.IsSection(type) ? Reference(SettingType.Unwrap(type), definitions) : Scalar(SettingType.Unwrap(type), setting);
    }

    private static JsonObject Scalar(Type type, SettingAttribute setting)
    {
        if (type == typeof(bool))
        {
            return new() { ["type"] = "boolean" };
        }

        if (type == typeof(TimeSpan))
        {
            return new() { ["type"] = "string", ["pattern"] = TimeSpanPattern };
        }

        if (type.IsEnum)
        {
            return new() { ["enum"] = new JsonArray([.. Enum.GetNames(type).Select(name => JsonValue.Create(name))]) };
        }

        if (type == typeof(int) || type == typeof(long) || type == typeof(double))
        {
            var number = new JsonObject { ["type"] = type == typeof(double) ? "number" : "integer" };
            AddBound(number, "minimum", setting.Min);
            AddBound(number, "maximum", setting.Max);
            return number;
        }

        // Values of conditions are text, numbers or time spans, as their property asks.
        return new() { ["type"] = setting.TakesNumbers ? new JsonArray("string", "number") : "string" };
    }

    private static void AddBound(JsonObject number, string keyword, string? bound)
    {
        if (bound is not null)
        {
            number[keyword] = double.Parse(bound, CultureInfo.InvariantCulture);
        }
    }

    private static JsonNode Literal(Type type, string text) =>
        type == typeof(bool) || type == typeof(int) || type == typeof(long) || type == typeof(double) ? JsonNode.Parse(text)! : JsonValue.Create(text);
}
