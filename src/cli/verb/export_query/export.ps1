# Exports what tunnelog reads, page by page:
#   ./export.ps1 [FOLDER] [-Subscription ID,...] [-ManagementGroup NAME,...]
# Without a scope, all subscriptions of the signed-in account are asked.
[CmdletBinding()]
param(
    [Parameter(Position = 0)] [string] $Folder = 'export',
    [string[]] $Subscription,
    [string[]] $ManagementGroup
)
$ErrorActionPreference = 'Stop'
if (-not (Get-Command Search-AzGraph -ErrorAction SilentlyContinue)) {
    throw 'PowerShell lacks a module: Install-Module Az.ResourceGraph -Scope CurrentUser'
}
$query = @'
QUERY
'@
$scope = @{}
if ($Subscription) { $scope.Subscription = $Subscription }
if ($ManagementGroup) { $scope.ManagementGroup = $ManagementGroup }
$place = (New-Item -ItemType Directory -Force -Path $Folder).FullName
$page = 0
# Nothing of an earlier run goes before all pages are there, and nothing of it stays then.
try {
    do {
        $page++
        $answer = Search-AzGraph -Query $query -First 1000 @scope
        $json = ConvertTo-Json -InputObject @($answer.Data) -Depth 100
        # Without a mark, and in UTF-8, whatever version this is.
        [System.IO.File]::WriteAllText((Join-Path $place "page-$page.json.new"), $json)
        $scope.SkipToken = $answer.SkipToken
    } while ($answer.SkipToken)
    Get-ChildItem -LiteralPath $place | Where-Object Name -Match '^page-.*\.json$' | Remove-Item
    Get-ChildItem -LiteralPath $place | Where-Object Name -Match '^page-.*\.json\.new$' |
        Rename-Item -NewName { $_.Name -replace '\.new$', '' }
}
finally {
    Get-ChildItem -LiteralPath $place | Where-Object Name -Match '^page-.*\.json\.new$' | Remove-Item
}
Write-Host "wrote $page file(s) into $Folder; next: tunnelog check $Folder"
