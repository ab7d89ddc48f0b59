class Tunnelog < Formula
  desc "Computes offline what Azure Point-to-Site VPN clients reach, and why"
  homepage "@REPOSITORY@"
  version "@VERSION@"
  license any_of: ["Apache-2.0", "MIT"]

  on_macos do
    on_arm do
      url "@REPOSITORY@/releases/download/v@VERSION@/tunnelog-@VERSION@-aarch64-apple-darwin.tar.gz"
      sha256 "@SHA256:aarch64-apple-darwin@"
    end
    on_intel do
      url "@REPOSITORY@/releases/download/v@VERSION@/tunnelog-@VERSION@-x86_64-apple-darwin.tar.gz"
      sha256 "@SHA256:x86_64-apple-darwin@"
    end
  end

  on_linux do
    on_arm do
      url "@REPOSITORY@/releases/download/v@VERSION@/tunnelog-@VERSION@-aarch64-unknown-linux-gnu.tar.gz"
      sha256 "@SHA256:aarch64-unknown-linux-gnu@"
    end
    on_intel do
      url "@REPOSITORY@/releases/download/v@VERSION@/tunnelog-@VERSION@-x86_64-unknown-linux-gnu.tar.gz"
      sha256 "@SHA256:x86_64-unknown-linux-gnu@"
    end
  end

  def install
    bin.install "tunnelog"
    man1.install Dir["man/man1/*.1"]
    bash_completion.install "completions/tunnelog.bash" => "tunnelog"
    zsh_completion.install "completions/_tunnelog"
    fish_completion.install "completions/tunnelog.fish"
  end

  test do
    assert_equal "tunnelog #{version}", shell_output("#{bin}/tunnelog --version").strip
    (testpath/"vnets.csv").write "name,address_space\nHub,10.1.0.0/16\n"
    (testpath/"gateways.csv").write "vnet,client_pool\nHub,192.168.0.0/24\n"
    assert_match "10.1.0.0/16,reachable", shell_output("#{bin}/tunnelog reach #{testpath}")
  end
end
