using Qrator.FilterNode.Configuration.Binding;

namespace Qrator.FilterNode.Configuration;

/// <summary>Where a collector takes OTLP over HTTP.</summary>
/// <param name="Uri">The address without the path of a signal; ends with a slash.</param>
public sealed record CollectorAddress(Uri Uri) : IConfigText<CollectorAddress>
{
    /// <inheritdoc/>
    public static bool TryParse(string text, out CollectorAddress value, out string problem)
    {
        var ok = Uri.TryCreate(text.TrimEnd('/') + "/", UriKind.Absolute, out var uri)
            && uri.Scheme is "http" or "https" && uri.Query.Length == 0 && uri.Fragment.Length == 0;
        value = new(uri!);
        problem = $"\"{text}\" is not the address of a collector; such as http://127.0.0.1:4318";
        return ok;
    }

    /// <summary>The address.</summary>
    public override string ToString() => Uri.ToString();
}
