using System.Buffers;
using System.Text.Json;
using Qrator.FilterNode.Configuration;
using Qrator.FilterNode.Statistics;

namespace Qrator.FilterNode.AccessLogs;

/// <summary>
/// Writes requests as JSON objects, one a line, in ASCII: whatever a client sends is escaped (RFC 8259, section 7), so that it can neither end a line nor
/// reach a terminal. docs/operations.md has the members. One thread at a time.
/// </summary>
internal sealed class JsonLine
{
    private readonly IBufferWriter<byte> _output;
    private readonly Utf8JsonWriter _writer;

    public JsonLine(IBufferWriter<byte> output)
    {
        _output = output;
        _writer = new(output);
    }

    /// <summary>Appends a line.</summary>
    public void Write(AccessRecord record)
    {
        _writer.Reset();
        _writer.WriteStartObject();
        _writer.WriteString("time", record.Time.UtcDateTime);
        _writer.WriteString("request_id", record.RequestId);
        _writer.WriteString("service", record.Service);
        _writer.WriteString("listener", record.Listener);
        _writer.WriteString("client", record.Client.ToString());
        _writer.WriteString("peer", record.Peer.ToString());
        _writer.WriteString("geo", CountryOf(record));
        _writer.WriteString("outcome", OutcomeLabel.Of(record.Outcome));
        _writer.WriteBoolean("whitelisted", record.Whitelisted);
        WriteSeconds("took", record.Took);
        WriteRequest(record);
        WriteResponse(record);
        _writer.WriteEndObject();
        _writer.Flush();
        _output.Write("\n"u8);
    }

    private void WriteRequest(AccessRecord record)
    {
        _writer.WriteString("protocol", record.Protocol);
        _writer.WriteString("method", record.Method);
        _writer.WriteString("uri", record.Uri);
        _writer.WriteString("path", record.Path);
        _writer.WriteString("query", record.Query);
        _writer.WriteString("host", HostName.Of(record.Host));
        WriteNumber("content_length", record.ContentLength);
        _writer.WriteStartObject("headers");
        foreach (var (name, values) in record.Headers)
        {
            _writer.WriteStartArray(name);
            foreach (var value in values)
            {
                _writer.WriteStringValue(value ?? "");
            }

            _writer.WriteEndArray();
        }

        _writer.WriteEndObject();
    }

    private void WriteResponse(AccessRecord record)
    {
        WriteNumber("status", record.Status > 0 ? record.Status : null);
        WriteSeconds("duration", record.OriginWait);
        _writer.WriteString("location", record.Location);
        _writer.WriteString("content_type", record.ContentType);
        _writer.WriteNumber("sent", record.Sent);
    }

    private void WriteNumber(string name, long? value)
    {
        if (value is { } number)
        {
            _writer.WriteNumber(name, number);
        }
        else
        {
            _writer.WriteNull(name);
        }
    }

    private void WriteSeconds(string name, TimeSpan? value)
    {
        if (value is { } span)
        {
            _writer.WriteNumber(name, span.TotalSeconds);
        }
        else
        {
            _writer.WriteNull(name);
        }
    }

    private static string? CountryOf(AccessRecord record) =>
        record.Node.Countries?.Find(record.Client) is { Index: > 0 } country ? country.ToString() : null;
}
