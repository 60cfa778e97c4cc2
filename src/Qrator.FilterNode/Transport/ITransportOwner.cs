namespace Qrator.FilterNode.Transport;

/// <summary>Whose the two directions of a client's connection are. Called by any thread; MUST return at once, whatever locks are held.</summary>
internal interface ITransportOwner
{
    /// <summary>Nothing more can come. Called once.</summary>
    void InputEnded();

    /// <summary>The writer has completed.</summary>
    /// <param name="isSent">Whether the system has taken all of it.</param>
    void OutputCompleted(bool isSent);

    /// <summary>The client cannot be sent to any more.</summary>
    void OutputFailed();
}
