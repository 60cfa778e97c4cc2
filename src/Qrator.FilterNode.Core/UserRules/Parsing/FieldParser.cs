using Qrator.FilterNode.Configuration;
using Qrator.FilterNode.Filtering;
using Qrator.FilterNode.UserRules.Conditions;

namespace Qrator.FilterNode.UserRules.Parsing;

/// <summary>Checks Name and finds out which text a test looks at.</summary>
internal sealed class FieldParser(ParseErrors errors)
{
    private static readonly string[] ResponseHeaders = ["Location", "Content-Type"];

    /// <summary>The text; null for numbers and countries, and after reporting a mistake.</summary>
    public TextField? Parse(ConditionConfig node, ConditionProperty property, string path)
    {
        var named = property is ConditionProperty.Header or ConditionProperty.Cookie or ConditionProperty.ResponseHeader;
        if (!named)
        {
            if (node.Name is not null)
            {
                errors.Add($"{path}:Name", $"{property} takes no Name; leave it out");
            }

            return Enum.TryParse<TextProperty>(property.ToString(), out var text) ? new TextField(text, null) : null;
        }

        if (string.IsNullOrEmpty(node.Name))
        {
            errors.AddLack(path, $"{path}:Name", $"missing; {Remedy(property)}");
            return null;
        }

        return property switch
        {
            ConditionProperty.Header => new(TextProperty.Header, node.Name.ToLowerInvariant()),
            ConditionProperty.Cookie => new(TextProperty.Cookie, node.Name),
            _ => ResponseHeader(node.Name, $"{path}:Name"),
        };
    }

    private static string Remedy(ConditionProperty property) => property switch
    {
        ConditionProperty.Header => "the name of a header, such as Accept-Language",
        ConditionProperty.Cookie => "the name of a cookie, such as sid",
        _ => string.Join(" or ", ResponseHeaders),
    };

    private TextField? ResponseHeader(string name, string path)
    {
        var known = Array.Find(ResponseHeaders, header => header.Equals(name, StringComparison.OrdinalIgnoreCase));
        if (known is not null)
        {
            return new(TextProperty.ResponseHeader, known);
        }

        errors.Add(path, $"\"{name}\" is not a response header that rules look at; {string.Join(" or ", ResponseHeaders)}");
        return null;
    }
}
