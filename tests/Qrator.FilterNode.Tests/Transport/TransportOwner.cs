namespace Qrator.FilterNode.Transport;

/// <summary>Hears what a reader or a writer has to tell.</summary>
internal sealed class TransportOwner : ITransportOwner
{
    public Action OnInputEnded { get; init; } = static () => { };

    public Action<bool> OnOutputCompleted { get; init; } = static _ => { };

    public Action OnOutputFailed { get; init; } = static () => { };

    public void InputEnded() => OnInputEnded();

    public void OutputCompleted(bool isSent) => OnOutputCompleted(isSent);

    public void OutputFailed() => OnOutputFailed();
}
