namespace Qrator.FilterNode.Http2;

/// <summary>The types of frames (RFC 9113, section 6) that are told apart here.</summary>
public enum FrameType : byte
{
    /// <summary>DATA.</summary>
    Data = 0,

    /// <summary>HEADERS.</summary>
    Headers = 1,

    /// <summary>RST_STREAM.</summary>
    ResetStream = 3,

    /// <summary>SETTINGS.</summary>
    Settings = 4,

    /// <summary>PING.</summary>
    Ping = 6,
}
