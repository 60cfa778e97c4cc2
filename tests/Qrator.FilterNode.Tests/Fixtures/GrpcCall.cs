using System.Net;
using System.Net.Http.Headers;

namespace Qrator.FilterNode.Fixtures;

/// <summary>A gRPC call by hand: messages go and come while it is open, then the trailers tell how it ended.</summary>
public sealed class GrpcCall : IDisposable
{
    private readonly RequestBody _body = new();
    private readonly HttpRequestMessage _request;
    private readonly Task<HttpResponseMessage> _answering;
    private readonly CancellationTokenSource _cancel = new();

    public GrpcCall(HttpClient client, Uri address)
    {
        _body.Headers.ContentType = new("application/grpc");
        _request = new(HttpMethod.Post, address) { Version = HttpVersion.Version20, VersionPolicy = HttpVersionPolicy.RequestVersionExact, Content = _body };
        _request.Headers.TE.Add(new("trailers"));
        _answering = client.SendAsync(_request, HttpCompletionOption.ResponseHeadersRead, _cancel.Token);
    }

    /// <summary>The answer's head.</summary>
    public Task<HttpResponseMessage> Answer => _answering;

    public async Task SendAsync(string message) => await GrpcMessages.WriteAsync(await _body.Stream.Task, message);

    /// <summary>No more messages follow.</summary>
    public void Complete() => _body.Over.TrySetResult();

    /// <summary>Gives up the call, whose answer has begun.</summary>
    public async Task CancelAsync()
    {
        (await _answering).Dispose();
        _body.Over.TrySetCanceled();
    }

    /// <summary>The next message; null after the last.</summary>
    public async Task<string?> ReadAsync() => await GrpcMessages.ReadAsync(await (await _answering).Content.ReadAsStreamAsync());

    /// <summary>A header of the answer's end; of its head when there is nothing else.</summary>
    public async Task<string?> TrailerAsync(string name)
    {
        var answer = await _answering;
        return Find(answer.TrailingHeaders, name) ?? Find(answer.Headers, name);
    }

    public void Dispose()
    {
        Complete();
        _cancel.Cancel();
        _request.Dispose();
        _cancel.Dispose();
    }

    private static string? Find(HttpHeaders headers, string name) => headers.TryGetValues(name, out var values) ? string.Join(", ", values) : null;

    private sealed class RequestBody : HttpContent
    {
        public TaskCompletionSource<Stream> Stream { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public TaskCompletionSource Over { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

        protected override async Task SerializeToStreamAsync(Stream stream, TransportContext? context)
        {
            await stream.FlushAsync();
            Stream.SetResult(stream);
            await Over.Task;
        }

        protected override bool TryComputeLength(out long length)
        {
            length = 0;
            return false;
        }
    }
}
