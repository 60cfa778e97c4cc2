namespace Qrator.FilterNode.Behavior;

/// <summary>Something of a service that belongs into the log.</summary>
/// <param name="Event">What has happened.</param>
/// <param name="Text">The numbers in words.</param>
public sealed record BehaviorReport(BehaviorEvent Event, string Text);
