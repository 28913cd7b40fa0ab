;;; Opens a file with eglot as docs/editors.md says, and prints what a user would see, as JSON.  -*- lexical-binding: t -*-
(package-initialize)
(require 'eglot)
(require 'json)
;; A stand-in for markdown-mode, which is a package of its own.
(define-derived-mode markdown-mode text-mode "Markdown")
(add-to-list 'auto-mode-alist '("\\.md\\'" . markdown-mode))
(add-to-list 'eglot-server-programs
             `(markdown-mode . ("node" ,(getenv "CROSSBLOCK_CLI") "lsp" "--stdio")))
(setq eglot-sync-connect 60 eglot-connect-timeout 60)
(find-file (getenv "CROSSBLOCK_FILE"))
(apply #'eglot (eglot--guess-contact))
(let ((end (time-add nil 60)))
  (while (and (null (flymake-diagnostics)) (time-less-p nil end))
    (flymake-start)
    (accept-process-output nil 0.1)))
(let* ((all (flymake-diagnostics))
       (first (car all))
       (actions
        (and first
             (jsonrpc-request
              (eglot-current-server) :textDocument/codeAction
              (list :textDocument (eglot--TextDocumentIdentifier)
                    :range (list :start (eglot--pos-to-lsp-position (flymake-diagnostic-beg first))
                                 :end (eglot--pos-to-lsp-position (flymake-diagnostic-end first)))
                    :context (list :diagnostics (vector (alist-get 'eglot-lsp-diag (flymake-diagnostic-data first)))))))))
  (princ (concat "RESULT "
                 (json-encode
                  `((diagnostics
                     . ,(vconcat (mapcar (lambda (found)
                                           `((line . ,(line-number-at-pos (flymake-diagnostic-beg found)))
                                             (message . ,(flymake-diagnostic-text found))))
                                         all)))
                    (actions . ,(vconcat (mapcar (lambda (action) (plist-get action :title)) actions)))))
                 "\n")))
(kill-emacs 0)
