using System.Text.Json;
using Qrator.FilterNode.Clients;
using Qrator.FilterNode.Filtering;
using Qrator.FilterNode.Geo;

namespace Qrator.FilterNode.AccessLogs;

/// <summary>A line of the access log, read back as the filters see a request and its response.</summary>
internal readonly struct LoggedRequest(JsonElement line) : IRequestView, IResponseView
{
    public long? ContentLength => line.GetProperty("content_length") is { ValueKind: JsonValueKind.Number } number ? number.GetInt64() : null;

    public CountryCode Country => CountryCode.TryPack(line.GetProperty("geo").GetString() ?? "", out var code) ? code : CountryCode.Unknown;

    public ClientKey Address => default;

    public string RequestId => line.GetProperty("request_id").GetString()!;

    public int Status => line.GetProperty("status").GetInt32();

    public TimeSpan Duration => TimeSpan.FromTicks((long)Math.Round(line.GetProperty("duration").GetDouble() * TimeSpan.TicksPerSecond));

    public bool TryGetText(TextProperty property, string? name, out ReadOnlySpan<char> value)
    {
        string? found = property switch
        {
            TextProperty.Method => line.GetProperty("method").GetString(),
            TextProperty.Path => line.GetProperty("path").GetString(),
            TextProperty.Query => line.GetProperty("query").GetString(),
            TextProperty.RequestUri => line.GetProperty("uri").GetString(),
            TextProperty.Host => line.GetProperty("host").GetString(),
            TextProperty.UserAgent => Header("User-Agent"),
            TextProperty.Referer => Header("Referer"),
            TextProperty.Header => Header(name!),
            TextProperty.Cookie => Cookie(name!),
            _ => throw new ArgumentOutOfRangeException(nameof(property)),
        };
        value = found;
        return found is not null;
    }

    public bool TryGetHeader(string name, out ReadOnlySpan<char> value)
    {
        var found = line.GetProperty(name == "Location" ? "location" : "content_type").GetString();
        value = found;
        return found is not null;
    }

    private string? Header(string name) => Values(name) is { } values ? string.Join(", ", values) : null;

    private string? Cookie(string name)
    {
        foreach (var header in Values("Cookie") ?? [])
        {
            if (CookieHeader.TryGet(header, name, out var value))
            {
                return value.ToString();
            }
        }

        return null;
    }

    private List<string>? Values(string name)
    {
        foreach (var header in line.GetProperty("headers").EnumerateObject())
        {
            if (header.Name.Equals(name, StringComparison.OrdinalIgnoreCase))
            {
                return [.. header.Value.EnumerateArray().Select(value => value.GetString()!)];
            }
        }

        return null;
    }
}
