using System.IO.Pipelines;
using System.Text.Encodings.Web;
using System.Text.Json;

namespace Qrator.FilterNode.Admin.Api;

/// <summary>Writes JSON to a response in pieces, waiting for the client where it is slower, so that memory stays small. Used by one thread at a time.</summary>
internal sealed class AnswerWriter : IAsyncDisposable
{
    private const int Piece = 32_768;

    private readonly PipeWriter _output;
    private readonly CancellationToken _gone;

    public AnswerWriter(PipeWriter output, CancellationToken gone)
    {
        _output = output;
        _gone = gone;

        // Read as JSON only, so that quotes and letters of all scripts may stand as they are.
        Json = new(output, new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping, SkipValidation = true });
    }

    public Utf8JsonWriter Json { get; }

    /// <summary>Sends what has gathered, when that is enough for a piece. Ends with an exception when the client is gone.</summary>
    public ValueTask SendPieceAsync() => Json.BytesPending < Piece ? ValueTask.CompletedTask : SendAsync();

    public async ValueTask SendAsync()
    {
        Json.Flush();
        await _output.FlushAsync(_gone);
        _gone.ThrowIfCancellationRequested();

        // The thread that goes on may be one that sockets of the node wait for.
        await Task.Yield();
    }

    public ValueTask DisposeAsync() => Json.DisposeAsync();
}
