using System.Text.Json;

namespace Qrator.FilterNode.Admin.Api;

/// <summary>What a method gives back: a sentence that says what is wrong, or something that writes the result.</summary>
internal sealed class ApiAnswer
{
    private readonly Func<AnswerWriter, Task>? _write;

    private ApiAnswer(string? error, Func<AnswerWriter, Task>? write) => (Error, _write) = (error, write);

    /// <summary>What is wrong, and what is right; null when the method has done what it was asked.</summary>
    public string? Error { get; }

    public static ApiAnswer Wrong(string error) => new(error, null);

    public static ApiAnswer Of(int number) => Of(json => json.WriteNumberValue(number));

    public static ApiAnswer Of(string text) => Of(json => json.WriteStringValue(text));

    /// <summary>A result that fits into memory.</summary>
    public static ApiAnswer Of(Action<Utf8JsonWriter> write) => new(null, answer =>
    {
        write(answer.Json);
        return Task.CompletedTask;
    });

    /// <summary>A result of any length, which is sent while it is made.</summary>
    public static ApiAnswer Stream(Func<AnswerWriter, Task> write) => new(null, write);

    /// <summary>Writes the result. MUST NOT be called when there is an error.</summary>
    public Task WriteAsync(AnswerWriter answer) => _write!(answer);
}
