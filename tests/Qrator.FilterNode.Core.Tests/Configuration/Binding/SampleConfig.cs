using Qrator.FilterNode.Clients;

namespace Qrator.FilterNode.Configuration.Binding;

/// <summary>A section with one key of each kind that the binder knows.</summary>
public sealed record SampleConfig
{
    [Setting("Text.")]
    public string Text { get; init; } = "default";

    [Setting("Text or nothing.")]
    public string? Maybe { get; init; } = "default";

    [Setting("A switch.")]
    public bool Switch { get; init; } = true;

    [Setting("A number.", Min = "1", Max = "10")]
    public int Number { get; init; } = 5;

    [Setting("A large number.", Min = "-1")]
    public long Large { get; init; } = 5;

    [Setting("A fraction.", Max = "1.5")]
    public double Fraction { get; init; } = 0.5;

    [Setting("A span.", Min = "00:00:01", Max = "1.00:00:00")]
    public TimeSpan Span { get; init; } = TimeSpan.FromMinutes(1);

    [Setting("A span or nothing.")]
    public TimeSpan? MaybeSpan { get; init; }

    [Setting("A word.")]
    public DayOfWeek Word { get; init; } = DayOfWeek.Friday;

    [Setting("Checked text.")]
    public SingleAddress? Address { get; init; }

    [Setting("A list.", MaxItems = 3, Noun = "words")]
    public IReadOnlyList<string> Words { get; init; } = ["default"];

    [Setting("Numbers.", Min = "1", Max = "10")]
    public IReadOnlyList<int> Numbers { get; init; } = [5];

    [Setting("A section.")]
    public SampleChildConfig Child { get; init; } = new();

    [Setting("Sections in a list.")]
    public IReadOnlyList<SampleChildConfig> Children { get; init; } = [];

    [Setting("Sections by name.")]
    public IReadOnlyDictionary<string, SampleChildConfig> Named { get; init; } = new Dictionary<string, SampleChildConfig>();

    public string NotASetting { get; init; } = "default";
}

/// <summary>A section with keys that must be there.</summary>
public sealed record SampleChildConfig
{
    [Setting("A name.", Required = true, Remedy = "a name, such as \"x\"")]
    public string Name { get; init; } = "default";

    [Setting("Words.", Required = true, Remedy = "at least one word")]
    public IReadOnlyList<string> Words { get; init; } = [];
}
