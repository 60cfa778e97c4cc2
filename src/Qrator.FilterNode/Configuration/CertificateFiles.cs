using System.Security.Cryptography;
using Qrator.FilterNode.Configuration.Binding;
using Qrator.FilterNode.Connections;

namespace Qrator.FilterNode.Configuration;

/// <summary>
/// Loads the certificates that the configuration names, and keeps what it loaded while the content stays the same, so that a reload of
/// something else does not end the sessions that clients may resume. One thread at a time.
/// </summary>
internal sealed class CertificateFiles
{
    private readonly string _contentRoot;
    private IReadOnlyDictionary<string, ServiceCertificate> _loaded = new Dictionary<string, ServiceCertificate>();

    public CertificateFiles(string contentRoot) => _contentRoot = contentRoot;

    /// <summary>The certificates by service. One that cannot be used is left out and adds a mistake.</summary>
    /// <param name="services">What the configuration says.</param>
    /// <param name="now">The wall clock.</param>
    /// <param name="errors">Gets the mistakes.</param>
    /// <param name="states">The files as they were before they were read.</param>
    public IReadOnlyDictionary<string, IServiceCertificate> Load(
        IReadOnlyDictionary<string, ServiceConfig> services, DateTimeOffset now, ConfigErrors errors, out IReadOnlyList<FileState> states)
    {
        var seen = new List<FileState>();
        var loaded = new Dictionary<string, ServiceCertificate>();
        var certificates = new Dictionary<string, IServiceCertificate>();
        foreach (var (service, config) in services)
        {
            var path = $"{ConfigValidator.Root}:Services:{service}:Certificate";
            if (config.Certificate is not { Path.Length: > 0 } certificate)
            {
                continue;
            }

            var content = Read($"{path}:Path", certificate.Path, now, errors, seen);
            var key = certificate.KeyPath is null ? null : Read($"{path}:KeyPath", certificate.KeyPath, now, errors, seen);
            if (content is null || (key is null && certificate.KeyPath is not null))
            {
                continue;
            }

            var digest = $"{Digest(content)} {(key is null ? "" : Digest(key))} {certificate.Password}";
            var usable = loaded.GetValueOrDefault(digest) ?? _loaded.GetValueOrDefault(digest) ?? new CertificateReader(path, certificate, errors).Read(content, key);
            if (usable is not null)
            {
                loaded[digest] = usable;
                certificates[service] = usable;
            }
        }

        states = seen;

        // After a mistake the certificates in force are those of before.
        _loaded = errors.None ? loaded : _loaded;
        return certificates;
    }

    private byte[]? Read(string setting, string file, DateTimeOffset now, ConfigErrors errors, List<FileState> seen)
    {
        var path = Path.Combine(_contentRoot, file);
        seen.Add(FileState.Of(path, now));
        try
        {
            return File.ReadAllBytes(path);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            errors.Add(setting, $"{file} cannot be read: {exception.Message}");
            return null;
        }
    }

    private static string Digest(byte[] content) => Convert.ToHexString(SHA256.HashData(content));
}
