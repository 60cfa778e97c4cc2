namespace Qrator.FilterNode.Configuration.Binding;

/// <summary>
/// Describes one configuration key. The binder, the JSON schema and the configuration reference are all made from it,
/// so that a setting is written down once.
/// </summary>
/// <param name="summary">What the key does, in one sentence for the operator.</param>
[AttributeUsage(AttributeTargets.Property)]
public sealed class SettingAttribute(string summary) : Attribute
{
    /// <summary>What the key does.</summary>
    public string Summary { get; } = summary;

    /// <summary>The key, where it is no name that a property can have; null for the name of the property.</summary>
    public string? Key { get; init; }

    /// <summary>The smallest value, as the operator would write it (numbers and time spans); null for none.</summary>
    public string? Min { get; init; }

    /// <summary>The largest value, as the operator would write it (numbers and time spans); null for none.</summary>
    public string? Max { get; init; }

    /// <summary>For lists: the largest number of items; 0 for no limit.</summary>
    public int MaxItems { get; init; }

    /// <summary>For lists: what the items are called in a sentence, in the plural.</summary>
    public string Noun { get; init; } = "items";

    /// <summary>For texts: whether the operator may write a bare number too.</summary>
    public bool TakesNumbers { get; init; }

    /// <summary>Whether leaving the key out is an error.</summary>
    public bool Required { get; init; }

    /// <summary>What to say after <c>missing; </c> when a required key is left out.</summary>
    public string? Remedy { get; init; }
}
