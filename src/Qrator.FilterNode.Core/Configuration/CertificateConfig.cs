using Qrator.FilterNode.Configuration.Binding;

namespace Qrator.FilterNode.Configuration;

/// <summary>The section <c>Certificate</c> of a service.</summary>
public sealed record CertificateConfig
{
    /// <summary>The certificate with its chain.</summary>
    [Setting("The certificate and the chain that is sent with it: a PEM file (the service's own certificate first) or a PFX file. A changed file is taken within 2 seconds.", Required = true, Remedy = "a PEM or PFX file, such as \"certs/shop.pem\"")]
    public string Path { get; init; } = "";

    /// <summary>The private key, when it is not in <see cref="Path"/>.</summary>
    [Setting("The private key as a PEM file. Left out: it is in the file of Path.")]
    public string? KeyPath { get; init; }

    /// <summary>What opens a PFX file or an encrypted key.</summary>
    [Setting("The password of a PFX file or of an encrypted key. It can be given by the environment instead of the file.", TakesNumbers = true)]
    public string? Password { get; init; }
}
