using Qrator.FilterNode.Clients;
using Qrator.FilterNode.Geo;

namespace Qrator.FilterNode.Filtering;

/// <summary>
/// A request as the filters see it. Implemented by a struct of the host and passed as a generic argument, so that reading it neither
/// boxes nor allocates. Valid only during the call it is passed to; one thread at a time.
/// </summary>
public interface IRequestView
{
    /// <summary>Content-Length of the request, or null where the header is absent (which is not 0).</summary>
    long? ContentLength { get; }

    /// <summary>The client's country; <see cref="CountryCode.Unknown"/> where the database has none.</summary>
    CountryCode Country { get; }

    /// <summary>The address that it came from, whole: a client may be a prefix of it. Asked for only when a client is about to be listed.</summary>
    ClientKey Address { get; }

    /// <summary>The id that the origin and the error pages get to see: 32 hex digits. Asked for only when something is recorded.</summary>
    string RequestId { get; }

    /// <summary>
    /// Reads a text property. A header that was sent several times is one value, joined with <c>", "</c>.
    /// </summary>
    /// <param name="property">Any but <see cref="TextProperty.ResponseHeader"/>.</param>
    /// <param name="name">The name of the header (compared without case) or the cookie (with case); null for the others.</param>
    /// <param name="value">The value; empty when absent.</param>
    /// <returns>False where the header or cookie is absent; always true for the other properties.</returns>
    bool TryGetText(TextProperty property, string? name, out ReadOnlySpan<char> value);
}
