// Actions as docs/formats.md says that each format writes them, in lower case, and which activity of the schema 1.3.0 each is.
extension OCSFKind {
    /// What is an authentication or a change of an account.
    static let known: [String: OCSFKind] = {
        var kinds: [String: OCSFKind] = [:]
        for (activity, actions) in logons {
            for action in actions { kinds[action] = OCSFKind(.authentication, activity) }
        }
        for (activity, actions) in accountChanges {
            for action in actions { kinds[action] = OCSFKind(.accountChange, activity) }
        }
        return kinds
    }()

    /// Windows has numbers: 4624 is a logon. The formats of the others are told by how they write.
    private static let logons: [(activity: Int, actions: [String])] = [
        (
            1,
            [
                "consolelogin", "user.session.start", "user_login", "login", "login_error", "user.login",
                "4624",
                "4625", "4648", "userloggedin", "userloginfailed", "sign-in activity", "failed_login",
                "signin",
                "sign_in", "logon",
            ]
        ),
        (
            2,
            [
                "user.session.end", "user_logout", "logout", "logout_error", "4634", "4647", "signout",
                "sign_out", "logoff",
            ]
        ),
        (3, ["4768"]), (4, ["4769"]), (5, ["4770"]), (6, ["4771"]),
    ]

    private static let accountChanges: [(activity: Int, actions: [String])] = [
        (
            1,
            [
                "createuser", "4720", "add_user", "user.lifecycle.create", "add user", "register",
                "user.create",
            ]
        ),
        (2, ["4722", "user.lifecycle.activate", "user.lifecycle.unsuspend", "enable account"]),
        (
            3,
            [
                "changepassword", "4723", "user_chauthtok", "user.account.update_password",
                "change user password",
                "update_password", "user.password_change",
            ]
        ),
        (4, ["updateloginprofile", "4724", "user.account.reset_password", "reset user password"]),
        (5, ["4725", "user.lifecycle.deactivate", "user.lifecycle.suspend", "disable account"]),
        (
            6,
            [
                "deleteuser", "4726", "del_user", "user.lifecycle.delete.initiated",
                "user.lifecycle.delete.completed",
                "delete user", "delete_account", "user.delete",
            ]
        ),
        (7, ["attachuserpolicy", "putuserpolicy"]), (8, ["detachuserpolicy", "deleteuserpolicy"]),
        (9, ["4740", "acct_lock", "user.account.lock"]),
        (10, ["enablemfadevice", "user.mfa.factor.activate", "update_totp"]),
        (11, ["deactivatemfadevice", "user.mfa.factor.deactivate", "remove_totp"]),
        (otherActivity, ["updateuser", "4738", "4767", "update user", "user.update"]),
    ]

    /// What is done through an interface: the first word of an action that says which.
    static let verbs: [String: Int] = {
        let words: [(activity: Int, verbs: [String])] = [
            (1, ["create", "add", "insert", "upload", "register", "run", "import"]),
            (
                2,
                [
                    "read", "get", "list", "describe", "view", "query", "search", "select", "download",
                    "head", "export", "open",
                ]
            ),
            (
                3,
                [
                    "update", "modify", "set", "put", "patch", "edit", "change", "rename", "attach", "detach",
                    "write",
                ]
            ),
            (4, ["delete", "remove", "destroy", "drop", "purge", "terminate"]),
        ]
        var activities: [String: Int] = [:]
        for (activity, verbs) in words {
            for verb in verbs { activities[verb] = activity }
        }
        return activities
    }()
}
