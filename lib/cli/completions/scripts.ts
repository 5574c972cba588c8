/**
 * What each shell runs: it hands the words of the line to `guideway completions words` and offers what that prints.
 *
 * @module
 */

/** The shells that are known. */
export const SHELLS = ["bash", "zsh", "fish"] as const;
export type Shell = (typeof SHELLS)[number];

const BASH = `# guideway: completion for bash
_guideway() {
  local kind="" line
  COMPREPLY=()
  {
    IFS= read -r kind
    while IFS= read -r line; do COMPREPLY+=("$line"); done
  } < <("\${COMP_WORDS[0]}" completions words --breaks "$COMP_WORDBREAKS" \\
    --line "\${COMP_LINE:0:COMP_POINT}" 2>/dev/null)
  case $kind in
    files) compopt -o default ;;
    folders) compopt -o dirnames ;;
  esac
}
complete -F _guideway guideway
`;

const ZSH = `#compdef guideway
# guideway: completion for zsh
_guideway() {
  local -a lines values texts
  local kind line tab=$'\\t'
  lines=("\${(@f)$("\${(Q)words[1]}" completions words -- "\${(@Q)words[2,CURRENT-1]}" "\${(Q)PREFIX}" 2>/dev/null)}")
  kind=$lines[1]
  shift lines
  case $kind in
    files) _files; return ;;
    folders) _files -/; return ;;
  esac
  for line in $lines; do
    values+=("\${line%%$tab*}")
    texts+=("\${line/$tab/  -- }")
  done
  (( $#values )) && compadd -l -d texts -a values
}
if [[ $funcstack[1] == _guideway ]]; then
  _guideway "$@"
else
  compdef _guideway guideway
fi
`;

const FISH = `# guideway: completion for fish
function __guideway_words
  set -l words (commandline -opc)
  set -l raw (commandline -ct)
  set -l typed (string unescape -- $raw 2>/dev/null; or string trim -l -c "\\"'" -- $raw)
  set -l lines ($words[1] completions words -- $words[2..-1] "$typed" 2>/dev/null)
  switch "$lines[1]"
    case files
      __fish_complete_path "$typed"
    case folders
      __fish_complete_directories "$typed"
    case '*'
      string join \\n -- $lines[2..-1]
  end
end
complete -c guideway -f -k -a '(__guideway_words)'
`;

/** The scripts, by shell. */
export const SCRIPTS: Record<Shell, string> = { bash: BASH, zsh: ZSH, fish: FISH };
